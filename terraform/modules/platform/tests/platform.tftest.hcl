mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = { app = "bitflow" }
    urls           = {}
  }
  images_repository = "projects/demo-project/locations/europe-west1/repositories/bitflow-functions"
  agents = {
    cloudfunctions = "serviceAccount:service-123456789012@gcf-admin-robot.iam.gserviceaccount.com"
    run            = "serviceAccount:service-123456789012@serverless-robot-prod.iam.gserviceaccount.com"
  }
}

run "a_bucket_that_nobody_outside_reads" {
  command = plan

  assert {
    condition = (
      google_storage_bucket.source.name == "demo-project-bitflow-source"
      && google_storage_bucket.source.location == "europe-west1"
      && google_storage_bucket.source.uniform_bucket_level_access
      && google_storage_bucket.source.public_access_prevention == "enforced"
    )
    error_message = "the sources are the project's alone, and in its region"
  }
  assert {
    condition     = google_storage_bucket.source.versioning[0].enabled && one(one(google_storage_bucket.source.lifecycle_rule).action).type == "Delete" && one(one(google_storage_bucket.source.lifecycle_rule).condition).with_state == "ARCHIVED"
    error_message = "what was replaced is kept for a while, and only for a while"
  }
  assert {
    condition     = length(google_storage_bucket.source.encryption) == 0
    error_message = "Google's keys, unless there is one"
  }
}

run "who_builds_may_do_nothing_else" {
  command = plan

  assert {
    condition = toset([for grant in output.grants : "${grant.role} on ${grant.label}"]) == toset([
      "roles/logging.logWriter on project (Cloud Logging)",
      "roles/artifactregistry.writer on repository of the functions' images",
      "roles/storage.objectViewer on bucket of the functions' sources",
      "roles/storage.objectViewer on project (Cloud Storage)",
    ])
    error_message = "the build reads sources, pushes images and writes logs"
  }
  assert {
    condition     = [for grant in output.grants : grant.condition.expression if grant.label == "project (Cloud Storage)"] == ["resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-123456789012-europe-west1\")"]
    error_message = "of the project's buckets it reads one"
  }
}

run "roles_that_permit_one_thing" {
  command = plan

  assert {
    condition     = output.roles == { for name, role in output.roles : name => role if startswith(role, "projects/demo-project/roles/bitflow") } && toset(values(output.roles)) == toset(keys(output.custom_roles))
    error_message = "roles are the project's own, and each one's permissions are told"
  }
  assert {
    condition     = output.custom_roles[output.roles["documents_creator"]] == ["datastore.entities.create", "datastore.entities.get", "datastore.entities.list"] && output.custom_roles[output.roles["token_minter"]] == ["iam.serviceAccounts.getAccessToken"]
    error_message = "who only creates documents changes none, and who mints tokens signs nothing"
  }
  assert {
    condition     = toset(output.custom_roles[output.roles["builds_submitter"]]) == toset(concat(["cloudbuild.builds.create"], output.custom_roles[output.roles["builds_keeper"]]))
    error_message = "only the submitter creates builds"
  }
  assert {
    condition     = alltrue([for role in google_project_iam_custom_role.role : toset(role.permissions) == toset(output.custom_roles["projects/demo-project/roles/${role.role_id}"])])
    error_message = "a role permits what is told of it"
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
      urls           = {}
      kms_key        = "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
    }
  }

  assert {
    condition     = google_storage_bucket.source.encryption[0].default_kms_key_name == "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
    error_message = "the sources are encrypted with the key"
  }
  assert {
    condition     = length([for grant in output.grants : grant if grant.role == "roles/cloudkms.cryptoKeyEncrypterDecrypter"]) == 2
    error_message = "those who handle what is encrypted may use the key"
  }
}

run "a_repository_by_its_name" {
  command = plan
  variables { images_repository = "bitflow-functions" }
  expect_failures = [var.images_repository]
}
