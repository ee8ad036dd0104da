mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls = {
      api      = "https://bitflow-api-123456789012.europe-west1.run.app"
      exchange = "https://bitflow-exchange-123456789012.europe-west1.run.app"
      planner  = "https://bitflow-planner-123456789012.europe-west1.run.app"
      submit   = "https://bitflow-submit-123456789012.europe-west1.run.app"
      webhooks = "https://bitflow-webhooks-123456789012.europe-west1.run.app"
    }
  }
  platform = {
    source_bucket     = "demo-project-bitflow-source"
    build_account     = "projects/demo-project/serviceAccounts/bitflow-function-builder@demo-project.iam.gserviceaccount.com"
    images_repository = "projects/demo-project/locations/europe-west1/repositories/bitflow-functions"
    roles = {
      builds_keeper     = "projects/demo-project/roles/bitflowBuildKeeper"
      builds_submitter  = "projects/demo-project/roles/bitflowBuildSubmitter"
      documents_creator = "projects/demo-project/roles/bitflowDocumentCreator"
      token_minter      = "projects/demo-project/roles/bitflowTokenMinter"
    }
  }
  bundle = "../../function/tests/empty.zip"
  database = {
    role      = "roles/datastore.user"
    condition = { title = "this database only", expression = "resource.name == \"projects/demo-project/databases/(default)\"" }
  }
  topics = {
    deliveries     = "projects/demo-project/topics/deliveries"
    builds         = "projects/demo-project/topics/builds"
    reports        = "projects/demo-project/topics/reports"
    "build-events" = "projects/demo-project/topics/build-events"
    "build-logs"   = "projects/demo-project/topics/build-logs"
    "cloud-builds" = "projects/demo-project/topics/cloud-builds"
    "dead-letters" = "projects/demo-project/topics/dead-letters"
  }
  secrets = {
    EXCHANGE_KEY = "projects/demo-project/secrets/service-exchange-key"
    WEBHOOK_KEY  = "projects/demo-project/secrets/service-webhook-key"
  }
  push                  = "serviceAccount:bitflow-push@demo-project.iam.gserviceaccount.com"
  max_delivery_attempts = 20
  builders = {
    trusted = "bitflow-builder@demo-project.iam.gserviceaccount.com"
    forks   = "bitflow-fork-builder@demo-project.iam.gserviceaccount.com"
  }
  pool_capacity = 4
  builder_image = "europe-west1-docker.pkg.dev/demo-project/bitflow-service/builder@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  logs_bucket   = "demo-project-bitflow-build-logs"
}

run "its_rights" {
  command = plan

  assert {
    condition = toset([for grant in output.grants : "${grant.who}: ${grant.role} on ${grant.label}"]) == toset([
      "submit: roles/datastore.user on project (Firestore)",
      "submit: roles/pubsub.publisher on topic builds",
      "submit: roles/pubsub.publisher on topic reports",
      "submit: roles/pubsub.publisher on topic dead-letters",
      "submit: roles/secretmanager.secretAccessor on secret of EXCHANGE_KEY",
      "submit: projects/demo-project/roles/bitflowBuildSubmitter on project (Cloud Build)",
      "submit: roles/iam.serviceAccountUser on account of builders",
      "submit: roles/iam.serviceAccountUser on account of builders of forks",
      "Pub/Sub's pushes: roles/run.invoker on function submit",
    ])
    error_message = "it may do what its code does, and nothing else"
  }
  assert {
    condition     = alltrue([for grant in output.grants : grant.condition != null if contains(["roles/datastore.user", "projects/demo-project/roles/bitflowDocumentCreator", "roles/secretmanager.secretVersionAdder", "projects/demo-project/roles/bitflowSecretRemover"], grant.role) || grant.role == "roles/secretmanager.secretAccessor" && grant.kind == "project"])
    error_message = "what is granted on the project is for the one database, and for teams' secrets"
  }
}

run "how_it_runs" {
  command = plan

  assert {
    condition     = output.name == "submit" && output.config.max_instances == 1 && output.config.min_instances == 0
    error_message = "it runs alone, and costs nothing when nobody calls"
  }
  assert {
    condition     = output.config.ingress == "ALLOW_INTERNAL_ONLY"
    error_message = "nobody outside the project reaches it"
  }
}

run "what_it_is_told" {
  command = plan

  assert {
    condition = toset(keys(output.config.env)) == toset([
      "BUILDER_ACCOUNT",
      "BUILDER_FORK_ACCOUNT",
      "BUILDER_IMAGE",
      "EXCHANGE_URL",
      "GOOGLE_CLOUD_PROJECT",
      "LOGS_BUCKET",
      "MAX_DELIVERY_ATTEMPTS",
      "POOL_CAPACITY",
      "REGION",
    ])
    error_message = "its variables are those of its env.ts that have no default, or one that the installation knows better"
  }
  assert {
    condition     = output.config.secrets == { EXCHANGE_KEY = "service-exchange-key" }
    error_message = "what is secret comes by reference"
  }
  assert {
    condition     = output.config.env["MAX_DELIVERY_ATTEMPTS"] == "20"
    error_message = "it gives a message up when its subscription would"
  }
  assert {
    condition     = output.config.env["EXCHANGE_URL"] == "https://bitflow-exchange-123456789012.europe-west1.run.app/v1/exchange"
    error_message = "builders are told where to redeem their token"
  }
  assert {
    condition     = output.config.env["BUILDER_FORK_ACCOUNT"] == var.builders.forks
    error_message = "builds of forks run as the account for them"
  }
}

run "all_that_it_can_be_told" {
  command = plan

  variables {
    worker_pool   = "projects/demo-project/locations/europe-west1/workerPools/bitflow"
    private_hosts = ["git.internal:443", "git.internal:8443"]
  }

  assert {
    condition = toset(keys(output.config.env)) == toset([
      "BUILDER_ACCOUNT",
      "BUILDER_FORK_ACCOUNT",
      "BUILDER_IMAGE",
      "CLONE_ALLOW_HOSTS",
      "EXCHANGE_URL",
      "GOOGLE_CLOUD_PROJECT",
      "LOGS_BUCKET",
      "MAX_DELIVERY_ATTEMPTS",
      "POOL_CAPACITY",
      "REGION",
      "WORKER_POOL",
    ])
    error_message = "with everything given, its variables are all of its env.ts"
  }
  assert {
    condition     = output.config.env["CLONE_ALLOW_HOSTS"] == "git.internal:443,git.internal:8443"
    error_message = "builds may clone from the hosts that are named"
  }
  assert {
    condition     = toset(keys(output.config.secrets)) == toset(["EXCHANGE_KEY"])
    error_message = "of the secrets it gets its own"
  }
  assert {
    condition     = output.config.env["WORKER_POOL"] == "projects/demo-project/locations/europe-west1/workerPools/bitflow" && length([for grant in output.grants : grant if grant.role == "roles/cloudbuild.workerPoolUser"]) == 1
    error_message = "builds run in the pool, and it may put them there"
  }
}

run "without_its_key" {
  command = plan
  variables { secrets = {} }
  expect_failures = [var.secrets]
}

run "without_its_topics" {
  command = plan
  variables { topics = {} }
  expect_failures = [var.topics]
}

run "a_builder_image_by_tag" {
  command = plan
  variables { builder_image = "europe-west1-docker.pkg.dev/demo-project/bitflow-service/builder:latest" }
  expect_failures = [var.builder_image]
}

run "a_pool_of_another_region" {
  command = plan
  variables { worker_pool = "projects/demo-project/locations/us-central1/workerPools/bitflow" }
  expect_failures = [var.worker_pool]
}

run "a_bucket_by_its_address" {
  command = plan
  variables { logs_bucket = "gs://demo-project-bitflow-build-logs" }
  expect_failures = [var.logs_bucket]
}

run "no_slots" {
  command = plan
  variables { pool_capacity = 0 }
  expect_failures = [var.pool_capacity]
}
