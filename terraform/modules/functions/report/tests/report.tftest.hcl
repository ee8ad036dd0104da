mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls = {
      report = "https://bitflow-report-123456789012.europe-west1.run.app"
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
  team_secrets = {
    read   = { role = "roles/secretmanager.secretAccessor", condition = { title = "secrets of teams", expression = "resource.name.startsWith(\"projects/123456789012/secrets/bitflow-\")" } }
    add    = { role = "roles/secretmanager.secretVersionAdder", condition = { title = "secrets of teams", expression = "resource.name.startsWith(\"projects/123456789012/secrets/bitflow-\")" } }
    remove = { role = "projects/demo-project/roles/bitflowSecretRemover", condition = { title = "secrets of teams", expression = "resource.name.startsWith(\"projects/123456789012/secrets/bitflow-\")" } }
    create = { role = "projects/demo-project/roles/bitflowSecretCreator", condition = null }
  }
}

run "its_rights" {
  command = plan

  assert {
    condition = toset([for grant in output.grants : "${grant.who}: ${grant.role} on ${grant.label}"]) == toset([
      "report: roles/datastore.user on project (Firestore)",
      "report: roles/pubsub.publisher on topic dead-letters",
      "report: roles/secretmanager.secretAccessor on project (Secret Manager)",
      "Pub/Sub's pushes: roles/run.invoker on function report",
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
    condition     = output.name == "report" && output.config.max_instances == 5 && output.config.min_instances == 0
    error_message = "it has an end, and costs nothing when nobody calls"
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
      "GOOGLE_CLOUD_PROJECT",
      "MAX_DELIVERY_ATTEMPTS",
    ])
    error_message = "its variables are those of its env.ts that have no default, or one that the installation knows better"
  }
  assert {
    condition     = output.config.secrets == {}
    error_message = "what is secret comes by reference"
  }
  assert {
    condition     = output.config.env["MAX_DELIVERY_ATTEMPTS"] == "20"
    error_message = "it gives a message up when its subscription would"
  }
}

run "all_that_it_can_be_told" {
  command = plan

  variables {
    secrets = {
      EXCHANGE_KEY           = "projects/demo-project/secrets/service-exchange-key"
      WEBHOOK_KEY            = "projects/demo-project/secrets/service-webhook-key"
      GITHUB_WEBHOOK_SECRETS = "projects/demo-project/secrets/service-github-webhook-secrets"
      GITHUB_APP_PRIVATE_KEY = "projects/demo-project/secrets/service-github-app-private-key"
      GITHUB_TOKEN           = "projects/demo-project/secrets/service-github-token"
    }
    hosts = {
      github_url     = "https://github.example.com"
      github_api_url = "https://github.example.com/api/v3"
      github_app_id  = "12345"
      gitlab_url     = "https://gitlab.example.com"
      gitlab_api_url = "https://gitlab.example.com/api/v4"
      gitee_url      = "https://gitee.example.com"
      gitee_api_url  = "https://gitee.example.com/api/v5"
    }
  }

  assert {
    condition = toset(keys(output.config.env)) == toset([
      "GITEE_API_URL",
      "GITEE_URL",
      "GITHUB_API_URL",
      "GITHUB_APP_ID",
      "GITHUB_URL",
      "GITLAB_API_URL",
      "GITLAB_URL",
      "GOOGLE_CLOUD_PROJECT",
      "MAX_DELIVERY_ATTEMPTS",
    ])
    error_message = "with everything given, its variables are all of its env.ts"
  }
  assert {
    condition     = toset(keys(output.config.secrets)) == toset(["GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN"])
    error_message = "of the secrets it gets its own"
  }
}

run "without_its_topics" {
  command = plan
  variables { topics = {} }
  expect_failures = [var.topics]
}

run "half_an_app" {
  command = plan
  variables { hosts = { github_app_id = "12345" } }
  expect_failures = [var.hosts]
}
