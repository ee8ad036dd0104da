mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls = {
      record = "https://bitflow-record-123456789012.europe-west1.run.app"
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
  repositories = {
    acme   = { staging = "projects/demo-project/locations/europe-west1/repositories/acme-staging", release = "projects/demo-project/locations/europe-west1/repositories/acme-release" }
    globex = { staging = "projects/demo-project/locations/europe-west1/repositories/globex-staging", release = "projects/demo-project/locations/europe-west1/repositories/globex-release" }
  }
  areas = {
    staging = "europe-west1-docker.pkg.dev/demo-project/{team}-staging"
    release = "europe-west1-docker.pkg.dev/demo-project/{team}-release"
    cache   = "europe-west1-docker.pkg.dev/demo-project/{team}-cache"
  }
}

run "its_rights" {
  command = plan

  assert {
    condition = toset([for grant in output.grants : "${grant.who}: ${grant.role} on ${grant.label}"]) == toset([
      "record: roles/datastore.user on project (Firestore)",
      "record: roles/pubsub.publisher on topic builds",
      "record: roles/pubsub.publisher on topic reports",
      "record: roles/pubsub.publisher on topic dead-letters",
      "record: roles/secretmanager.secretAccessor on secret of EXCHANGE_KEY",
      "record: projects/demo-project/roles/bitflowBuildKeeper on project (Cloud Build)",
      "record: roles/secretmanager.secretAccessor on project (Secret Manager)",
      "record: roles/artifactregistry.reader on repository acme-staging",
      "record: roles/artifactregistry.reader on repository globex-staging",
      "record: roles/artifactregistry.repoAdmin on repository acme-release",
      "record: roles/artifactregistry.repoAdmin on repository globex-release",
      "Pub/Sub's pushes: roles/run.invoker on function record",
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
    condition     = output.name == "record" && output.config.max_instances == 20 && output.config.min_instances == 0
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
      "REGION",
      "REGISTRY_RELEASE",
      "REGISTRY_STAGING",
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
    condition     = output.config.env["REGISTRY_RELEASE"] == "europe-west1-docker.pkg.dev/demo-project/{team}-release"
    error_message = "each team has its own place for released images"
  }
}

run "all_that_it_can_be_told" {
  command = plan

  variables {
    private_hosts = { git = ["git.internal:443"], registries = ["registry.internal:5000"] }
  }

  assert {
    condition = toset(keys(output.config.env)) == toset([
      "GOOGLE_CLOUD_PROJECT",
      "MAX_DELIVERY_ATTEMPTS",
      "REGION",
      "REGISTRY_ALLOW_HOSTS",
      "REGISTRY_RELEASE",
      "REGISTRY_STAGING",
    ])
    error_message = "with everything given, its variables are all of its env.ts"
  }
  assert {
    condition     = toset(keys(output.config.secrets)) == toset(["EXCHANGE_KEY"])
    error_message = "of the secrets it gets its own"
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

run "one_area_for_all_teams" {
  command = plan
  variables { areas = { staging = "host/p", release = "host/p", cache = "host/p" } }
  expect_failures = [var.areas]
}
