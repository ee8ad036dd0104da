mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = { app = "bitflow" }
    urls           = {}
  }
  topics = {
    build_events = "projects/demo-project/topics/build-events"
    build_logs   = "projects/demo-project/topics/build-logs"
  }
  service_repository = "projects/demo-project/locations/europe-west1/repositories/bitflow-service"
}

run "two_accounts" {
  command = plan

  assert {
    condition     = { for trust, account in google_service_account.builder : trust => account.account_id } == { trusted = "bitflow-builder", forks = "bitflow-fork-builder" }
    error_message = "one account for trusted builds, another for forks"
  }
}

# The issue's sentence: a builder can write to its own team's staging and cache (by a minted credential, in
# modules/registry), and publish events, and nothing else.
run "a_builder_may_do_little" {
  command = plan

  assert {
    condition = alltrue([for who in ["builder", "builder of forks"] : { for row in output.grants : row.label => row.role if row.who == who } == {
      "topic build-events"                = "roles/pubsub.publisher"
      "topic build-logs"                  = "roles/pubsub.publisher"
      "repository bitflow-service"        = "roles/artifactregistry.reader"
      "bucket PROJECT-bitflow-build-logs" = "projects/demo-project/roles/bitflowBuildLogWriter"
    }])
    error_message = "a builder publishes, pulls its image, writes its log, and may do nothing else"
  }
  assert {
    condition     = alltrue([for row in output.grants : row.kind != "project" if startswith(row.who, "builder") && row.who != "builder of the builder image"])
    error_message = "no builder has a right on all of the project: with roles/logging.logWriter a hostile step could write any function's log"
  }
  assert {
    condition     = toset(google_project_iam_custom_role.log_writer.permissions) == toset(["storage.buckets.get", "storage.objects.create", "storage.objects.delete", "storage.objects.get"])
    error_message = "who writes logs reads and lists none: they are other teams' too"
  }
  assert {
    condition     = google_project_iam_custom_role.log_writer.role_id == "bitflowBuildLogWriter"
    error_message = "the role that is granted is the one that is made"
  }
}

run "the_image_builder" {
  command = plan

  assert {
    condition = { for row in output.grants : row.label => row.role if row.who == "builder of the builder image" } == {
      "repository bitflow-service"          = "roles/artifactregistry.writer"
      "bucket PROJECT-bitflow-image-source" = "roles/storage.objectViewer"
      "the project's log entries"           = "roles/logging.logWriter"
    }
    error_message = "it reads its source, pushes the builder image and writes its log"
  }
  assert {
    condition     = length([for row in output.grants : row if row.label == "repository bitflow-service" && row.role == "roles/artifactregistry.writer"]) == 1
    error_message = "nobody else writes the image that all builds run"
  }
}

run "buckets" {
  command = plan

  assert {
    condition     = alltrue([for b in [google_storage_bucket.logs, google_storage_bucket.source] : b.uniform_bucket_level_access && b.public_access_prevention == "enforced" && b.location == "europe-west1"])
    error_message = "buckets are private, by IAM alone, and in the region"
  }
  assert {
    condition     = one(one(google_storage_bucket.logs.lifecycle_rule).condition).age == 30 && one(one(google_storage_bucket.logs.lifecycle_rule).action).type == "Delete"
    error_message = "logs go after thirty days"
  }
  assert {
    condition     = output.logs_bucket == google_storage_bucket.logs.name
    error_message = "LOGS_BUCKET is known in a plan, and is the bucket that is made"
  }
  assert {
    condition     = length(google_storage_bucket.logs.retention_policy) == 0
    error_message = "a retention policy would keep Cloud Build from writing a log on"
  }
}

run "logs_for_longer" {
  command = plan
  variables { log_days = 90 }

  assert {
    condition     = one(one(google_storage_bucket.logs.lifecycle_rule).condition).age == 90
    error_message = "logs are kept as long as was asked for"
  }
}

run "no_pool" {
  command = plan

  assert {
    condition     = length(google_cloudbuild_worker_pool.pool) == 0 && output.worker_pool == null
    error_message = "there is no private pool unless one was asked for: its machines cost more"
  }
}

run "a_pool" {
  command = plan
  variables { worker_pool = { machine_type = "e2-standard-8", disk_gb = 300 } }

  assert {
    condition = alltrue([
      google_cloudbuild_worker_pool.pool[0].location == "europe-west1",
      google_cloudbuild_worker_pool.pool[0].worker_config[0].machine_type == "e2-standard-8",
      google_cloudbuild_worker_pool.pool[0].worker_config[0].disk_size_gb == 300,
      google_cloudbuild_worker_pool.pool[0].worker_config[0].no_external_ip == false,
      length(google_cloudbuild_worker_pool.pool[0].network_config) == 0,
    ])
    error_message = "a pool has the machines that were asked for, and reaches the internet"
  }
  assert {
    condition     = output.worker_pool == "projects/demo-project/locations/europe-west1/workerPools/${google_cloudbuild_worker_pool.pool[0].name}"
    error_message = "WORKER_POOL is known in a plan, and is the pool that is made"
  }
}

run "a_pool_without_internet" {
  command = plan
  variables { worker_pool = { internet = false, peered_network = "projects/123456789012/global/networks/builds" } }

  assert {
    condition     = google_cloudbuild_worker_pool.pool[0].worker_config[0].no_external_ip && google_cloudbuild_worker_pool.pool[0].network_config[0].peered_network == "projects/123456789012/global/networks/builds"
    error_message = "without internet it is in the network that was named"
  }
}

run "a_pool_in_the_installations_network" {
  command = plan
  variables {
    worker_pool = { internet = false }
    network     = { attachment = "projects/demo-project/regions/europe-west1/networkAttachments/builders" }
  }

  assert {
    condition = alltrue([
      google_cloudbuild_worker_pool.pool[0].worker_config[0].no_external_ip,
      google_cloudbuild_worker_pool.pool[0].private_service_connect[0].network_attachment == "projects/demo-project/regions/europe-west1/networkAttachments/builders",
      google_cloudbuild_worker_pool.pool[0].private_service_connect[0].route_all_traffic,
    ])
    error_message = "all that its machines ask for goes through the network"
  }
}

run "own_key" {
  command = plan
  variables {
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = {}
      urls           = {}
      kms_key        = "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
    }
  }

  assert {
    condition     = alltrue([for b in [google_storage_bucket.logs, google_storage_bucket.source] : b.encryption[0].default_kms_key_name == "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"])
    error_message = "both buckets are encrypted with the installation's key"
  }
}

run "a_type_of_the_default_pool" {
  command = plan
  variables { worker_pool = { machine_type = "E2_HIGHCPU_8" } }
  expect_failures = [var.worker_pool]
}

run "a_small_disk" {
  command = plan
  variables { worker_pool = { disk_gb = 20 } }
  expect_failures = [var.worker_pool]
}

run "a_network_by_its_name" {
  command = plan
  variables { worker_pool = { peered_network = "builds" } }
  expect_failures = [var.worker_pool]
}

run "a_pool_that_reaches_nothing" {
  command = plan
  variables { worker_pool = { internet = false } }
  expect_failures = [var.worker_pool]
}

run "a_pool_in_two_networks" {
  command = plan
  variables {
    worker_pool = { peered_network = "projects/123456789012/global/networks/builds" }
    network     = { attachment = "projects/demo-project/regions/europe-west1/networkAttachments/builders" }
  }
  expect_failures = [var.worker_pool]
}

run "logs_for_no_time" {
  command = plan
  variables { log_days = 0 }
  expect_failures = [var.log_days]
}
