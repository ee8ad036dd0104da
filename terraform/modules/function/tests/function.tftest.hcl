mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = { app = "bitflow" }
    urls           = { webhooks = "https://bitflow-webhooks-123456789012.europe-west1.run.app" }
  }
  platform = {
    source_bucket     = "demo-project-bitflow-source"
    build_account     = "projects/demo-project/serviceAccounts/bitflow-build@demo-project.iam.gserviceaccount.com"
    images_repository = "projects/demo-project/locations/europe-west1/repositories/bitflow-functions"
  }
  name          = "webhooks"
  description   = "Takes deliveries in."
  bundle        = "tests/empty.zip"
  max_instances = 3
}

run "as_little_as_possible" {
  command = plan

  assert {
    condition = (
      google_cloudfunctions2_function.function.name == "bitflow-webhooks"
      && google_cloudfunctions2_function.function.build_config[0].runtime == "nodejs24"
      && google_cloudfunctions2_function.function.build_config[0].entry_point == "webhooks"
      && google_cloudfunctions2_function.function.build_config[0].docker_repository == var.platform.images_repository
      && google_cloudfunctions2_function.function.build_config[0].service_account == var.platform.build_account
    )
    error_message = "it is built for Node 24, by the build's own account, into our own repository"
  }
  assert {
    condition     = google_service_account.function.account_id == "bitflow-webhooks"
    error_message = "it has an account of its own"
  }
  assert {
    condition     = google_cloudfunctions2_function.function.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    error_message = "nobody outside reaches it, unless it is said"
  }
  assert {
    condition     = google_cloudfunctions2_function.function.service_config[0].min_instance_count == 0 && google_cloudfunctions2_function.function.service_config[0].max_instance_count == 3
    error_message = "it costs nothing when nobody calls, and has an end when many do"
  }
  assert {
    condition     = google_cloudfunctions2_function.function.service_config[0].environment_variables == tomap({ GOOGLE_CLOUD_PROJECT = "demo-project" })
    error_message = "it knows its project, and nothing that it was not given"
  }
  assert {
    condition     = length(google_cloudfunctions2_function.function.service_config[0].direct_vpc_network_interface) == 0
    error_message = "it is in no network, unless it is said"
  }
  assert {
    condition     = google_cloudfunctions2_function.function.labels == tomap({ app = "bitflow", function = "webhooks" })
    error_message = "it has the installation's labels and its name"
  }
  assert {
    condition     = length(output.grants) == 0
    error_message = "nothing is granted that was not asked for"
  }
}

run "its_source_is_named_by_its_content" {
  command = plan

  assert {
    condition     = google_storage_bucket_object.bundle.name == "functions/webhooks-${filesha256("tests/empty.zip")}.zip" && google_storage_bucket_object.bundle.bucket == "demo-project-bitflow-source"
    error_message = "the same zip is the same object, so that what did not change is not deployed"
  }
  assert {
    condition     = google_cloudfunctions2_function.function.build_config[0].source[0].storage_source[0].object == google_storage_bucket_object.bundle.name
    error_message = "it is built from that object"
  }
}

run "variables_and_secrets" {
  command = plan

  variables {
    env          = { REGION = "europe-west1" }
    optional_env = { GITHUB_URL = "https://github.example.com", GITLAB_URL = null }
    secrets      = { WEBHOOK_KEY = "projects/demo-project/secrets/service-webhook-key" }
  }

  assert {
    condition = google_cloudfunctions2_function.function.service_config[0].environment_variables == tomap({
      GOOGLE_CLOUD_PROJECT = "demo-project"
      REGION               = "europe-west1"
      GITHUB_URL           = "https://github.example.com"
    })
    error_message = "a variable that is null is left out, and no secret is among them"
  }
  assert {
    condition     = jsonencode(google_cloudfunctions2_function.function.service_config[0].secret_environment_variables) == jsonencode([{ key = "WEBHOOK_KEY", project_id = "demo-project", secret = "service-webhook-key", version = "latest" }])
    error_message = "a secret is a reference to its newest version"
  }
  assert {
    condition     = jsonencode(output.grants) == jsonencode([{ who = "webhooks", kind = "secret", label = "secret of WEBHOOK_KEY", role = "roles/secretmanager.secretAccessor", why = "its instances read it as WEBHOOK_KEY when they start", condition = null }])
    error_message = "it may read that secret, and nothing else"
  }
}

run "who_may_call" {
  command = plan

  variables {
    ingress = "all"
    invokers = {
      hosts = { who = "everybody", member = "allUsers", why = "git hosts have no account; the signature is checked" }
    }
  }

  assert {
    condition     = google_cloudfunctions2_function.function.service_config[0].ingress_settings == "ALLOW_ALL"
    error_message = "it is reached from outside where that is said"
  }
  assert {
    condition     = jsonencode(output.grants) == jsonencode([{ who = "everybody", kind = "service", label = "function webhooks", role = "roles/run.invoker", why = "git hosts have no account; the signature is checked", condition = null }])
    error_message = "callers get the right to call it, and no other"
  }
}

run "its_address_is_known_before_it_is_there" {
  command = plan

  assert {
    condition     = output.url == "https://bitflow-webhooks-123456789012.europe-west1.run.app"
    error_message = "the address is the one that all others were told"
  }
}

run "a_network" {
  command = plan

  variables {
    network = { network = "projects/demo-project/global/networks/n", subnetwork = "projects/demo-project/regions/europe-west1/subnetworks/s", all_traffic = true }
  }

  assert {
    condition     = google_cloudfunctions2_function.function.service_config[0].direct_vpc_egress == "VPC_EGRESS_ALL_TRAFFIC" && google_cloudfunctions2_function.function.service_config[0].direct_vpc_network_interface[0].subnetwork == "projects/demo-project/regions/europe-west1/subnetworks/s"
    error_message = "all of its calls go out through the subnetwork"
  }
}

run "a_key_of_ones_own" {
  command = plan

  variables {
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = {}
      urls           = { webhooks = "https://bitflow-webhooks-123456789012.europe-west1.run.app" }
      kms_key        = "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
    }
  }

  assert {
    condition     = google_cloudfunctions2_function.function.kms_key_name == "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
    error_message = "what Google keeps of the function is encrypted with the key"
  }
}

run "a_name_with_capitals" {
  command = plan
  variables {
    name = "Webhooks"
    # It has an address, so that its shape alone is wrong.
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = {}
      urls           = { Webhooks = "https://bitflow-webhooks-123456789012.europe-west1.run.app" }
    }
  }
  expect_failures = [var.name]
}

run "a_function_without_an_address" {
  command = plan
  variables { name = "intake" }
  expect_failures = [var.name]
}

run "a_bundle_that_is_not_there" {
  command = plan
  variables { bundle = "tests/none.zip" }
  # Its hash cannot be taken either.
  expect_failures = [var.bundle]
}

run "a_project_of_its_own" {
  command = plan
  variables { env = { GOOGLE_CLOUD_PROJECT = "another" } }
  expect_failures = [var.env]
}

run "a_variable_given_twice" {
  command = plan
  variables {
    env          = { REGION = "europe-west1" }
    optional_env = { REGION = "europe-west1" }
  }
  expect_failures = [var.optional_env]
}

run "a_secret_by_value" {
  command = plan
  variables { secrets = { WEBHOOK_KEY = "s3cr3t" } }
  expect_failures = [var.secrets]
}

run "a_secret_that_is_also_plain" {
  command = plan
  variables {
    env     = { WEBHOOK_KEY = "x" }
    secrets = { WEBHOOK_KEY = "projects/demo-project/secrets/service-webhook-key" }
  }
  expect_failures = [var.secrets]
}

run "a_name_with_a_hyphen" {
  command = plan
  variables {
    name = "dead-letters"
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = { app = "bitflow" }
      urls           = { dead-letters = "https://bitflow-dead-letters-123456789012.europe-west1.run.app" }
    }
  }

  assert {
    condition     = google_cloudfunctions2_function.function.name == "bitflow-dead-letters" && google_cloudfunctions2_function.function.build_config[0].entry_point == "dead_letters"
    error_message = "an entry point has letters, digits, underscores and dots alone"
  }
}

run "memory_without_a_unit" {
  command = plan
  variables { memory = "512" }
  expect_failures = [var.memory]
}

run "no_processor" {
  command = plan
  variables { cpu = 0 }
  expect_failures = [var.cpu]
}

run "side_by_side_on_a_part_of_a_processor" {
  command = plan
  variables {
    cpu         = 0.5
    concurrency = 10
  }
  expect_failures = [var.concurrency]
}

run "no_requests" {
  command = plan
  variables { concurrency = 0 }
  expect_failures = [var.concurrency]
}

run "more_at_least_than_at_most" {
  command = plan
  variables { min_instances = 4 }
  expect_failures = [var.min_instances]
}

run "no_instances" {
  command = plan
  variables { max_instances = 0 }
  expect_failures = [var.max_instances]
}

run "a_timeout_past_the_limit" {
  command = plan
  variables { timeout_s = 3601 }
  expect_failures = [var.timeout_s]
}

run "an_unknown_ingress" {
  command = plan
  variables { ingress = "public" }
  expect_failures = [var.ingress]
}
