mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls           = {}
  }
  who    = "submit"
  member = "serviceAccount:bitflow-submit@demo-project.iam.gserviceaccount.com"
  grants = {}
}

run "one_resource_a_kind" {
  command = plan

  variables {
    grants = {
      ask     = { kind = "project", label = "Cloud Build", role = "projects/demo-project/roles/bitflowBuilds", why = "asks for builds" }
      publish = { kind = "topic", on = "projects/demo-project/topics/builds", label = "topic builds", role = "roles/pubsub.publisher", why = "wakes submit" }
      forward = { kind = "subscription", on = "projects/demo-project/subscriptions/builds-to-submit", label = "subscription builds-to-submit", role = "roles/pubsub.subscriber", why = "takes dead letters off it" }
      key     = { kind = "secret", on = "projects/demo-project/secrets/service-exchange-key", label = "secret service-exchange-key", role = "roles/secretmanager.secretAccessor", why = "signs tokens" }
      images  = { kind = "repository", on = "projects/demo-project/locations/europe-west1/repositories/acme-staging", label = "repository acme-staging", role = "roles/artifactregistry.reader", why = "copies images" }
      act_as  = { kind = "service_account", on = "projects/demo-project/serviceAccounts/b@demo-project.iam.gserviceaccount.com", label = "account b", role = "roles/iam.serviceAccountUser", why = "creates builds that run as it" }
      logs    = { kind = "bucket", on = "demo-logs", label = "bucket demo-logs", role = "roles/storage.objectViewer", why = "reads logs" }
      call    = { kind = "service", on = "projects/demo-project/locations/europe-west1/services/bitflow-planner", label = "service planner", role = "roles/run.invoker", why = "asks for plans" }
      encrypt = { kind = "kms_key", on = "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k", label = "key k", role = "roles/cloudkms.cryptoKeyEncrypterDecrypter", why = "encrypts what it keeps" }
    }
  }

  assert {
    condition     = google_project_iam_member.project["ask"].project == "demo-project" && google_project_iam_member.project["ask"].role == "projects/demo-project/roles/bitflowBuilds"
    error_message = "a grant on the project is on that of the installation"
  }
  assert {
    condition = alltrue([
      google_pubsub_topic_iam_member.topic["publish"].topic == "projects/demo-project/topics/builds",
      google_pubsub_subscription_iam_member.subscription["forward"].subscription == "projects/demo-project/subscriptions/builds-to-submit",
      google_secret_manager_secret_iam_member.secret["key"].secret_id == "projects/demo-project/secrets/service-exchange-key",
      google_artifact_registry_repository_iam_member.repository["images"].repository == "projects/demo-project/locations/europe-west1/repositories/acme-staging",
      google_service_account_iam_member.service_account["act_as"].service_account_id == "projects/demo-project/serviceAccounts/b@demo-project.iam.gserviceaccount.com",
      google_storage_bucket_iam_member.bucket["logs"].bucket == "demo-logs",
      google_cloud_run_v2_service_iam_member.service["call"].name == "projects/demo-project/locations/europe-west1/services/bitflow-planner",
      google_kms_crypto_key_iam_member.kms_key["encrypt"].crypto_key_id == "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k",
    ])
    error_message = "each grant is on the resource that it names"
  }
  assert {
    condition = alltrue([for granted in concat(
      values(google_project_iam_member.project),
      values(google_pubsub_topic_iam_member.topic),
      values(google_pubsub_subscription_iam_member.subscription),
      values(google_secret_manager_secret_iam_member.secret),
      values(google_artifact_registry_repository_iam_member.repository),
      values(google_service_account_iam_member.service_account),
      values(google_storage_bucket_iam_member.bucket),
      values(google_cloud_run_v2_service_iam_member.service),
      values(google_kms_crypto_key_iam_member.kms_key),
    ) : granted.member == var.member])
    error_message = "every grant is to the member, and to nobody else"
  }
  assert {
    # The roles in both have the same count, so none is granted that the table does not tell of, or told of only.
    condition = sort([for row in output.grants : row.role]) == sort(concat(
      [for granted in google_project_iam_member.project : granted.role],
      [for granted in google_pubsub_topic_iam_member.topic : granted.role],
      [for granted in google_pubsub_subscription_iam_member.subscription : granted.role],
      [for granted in google_secret_manager_secret_iam_member.secret : granted.role],
      [for granted in google_artifact_registry_repository_iam_member.repository : granted.role],
      [for granted in google_service_account_iam_member.service_account : granted.role],
      [for granted in google_storage_bucket_iam_member.bucket : granted.role],
      [for granted in google_cloud_run_v2_service_iam_member.service : granted.role],
      [for granted in google_kms_crypto_key_iam_member.kms_key : granted.role],
    ))
    error_message = "the output tells of every grant"
  }
  assert {
    condition     = jsonencode(one([for row in output.grants : row if row.label == "topic builds"])) == jsonencode({ who = "submit", kind = "topic", label = "topic builds", role = "roles/pubsub.publisher", why = "wakes submit", condition = null })
    error_message = "a line of the output is who, kind, label, role, why and condition"
  }
}

run "a_condition_narrows" {
  command = plan

  variables {
    grants = {
      firestore = {
        kind  = "project"
        label = "Firestore"
        role  = "roles/datastore.user"
        why   = "reads and writes builds"
        condition = {
          title      = "one database"
          expression = "resource.name == \"projects/demo-project/databases/(default)\""
        }
      }
    }
  }

  assert {
    condition     = google_project_iam_member.project["firestore"].condition[0].expression == "resource.name == \"projects/demo-project/databases/(default)\"" && output.grants[0].condition.title == "one database"
    error_message = "the condition is on the grant, and told"
  }
}

run "a_primitive_role" {
  command = plan
  variables { grants = { all = { kind = "project", label = "project", role = "roles/editor", why = "is easy" } } }
  expect_failures = [var.grants]
}

run "an_unknown_kind" {
  command = plan
  variables { grants = { x = { kind = "folder", on = "folders/1", label = "folder 1", role = "roles/run.invoker", why = "is easy" } } }
  expect_failures = [var.grants]
}

run "no_resource" {
  command = plan
  variables { grants = { x = { kind = "topic", label = "topic builds", role = "roles/pubsub.publisher", why = "wakes submit" } } }
  expect_failures = [var.grants]
}

run "a_condition_on_a_resource" {
  command = plan
  variables {
    grants = {
      x = {
        kind      = "topic"
        on        = "projects/demo-project/topics/builds"
        label     = "topic builds"
        role      = "roles/pubsub.publisher"
        why       = "wakes submit"
        condition = { title = "never", expression = "false" }
      }
    }
  }
  expect_failures = [var.grants]
}

run "no_reason" {
  command = plan
  variables { grants = { x = { kind = "topic", on = "projects/demo-project/topics/builds", label = "topic builds", role = "roles/pubsub.publisher", why = "" } } }
  expect_failures = [var.grants]
}

run "everybody_may_write" {
  command = plan
  variables {
    member = "allUsers"
    grants = { x = { kind = "topic", on = "projects/demo-project/topics/builds", label = "topic builds", role = "roles/pubsub.publisher", why = "wakes submit" } }
  }
  expect_failures = [var.grants]
}

run "anybody_with_an_account" {
  command = plan
  variables { member = "allAuthenticatedUsers" }
  expect_failures = [var.member]
}

run "an_address_without_its_kind" {
  command = plan
  variables { member = "bitflow-submit@demo-project.iam.gserviceaccount.com" }
  expect_failures = [var.member]
}
