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
  gateway_account = "bitflow-gateway@demo-project.iam.gserviceaccount.com"
  teams           = ["acme", "globex"]
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
  pool_capacity = 4
}

run "its_rights" {
  command = plan

  assert {
    condition = toset([for grant in output.grants : "${grant.who}: ${grant.role} on ${grant.label}"]) == toset([
      "api: roles/datastore.user on project (Firestore)",
      "api: roles/pubsub.publisher on topic builds",
      "api: roles/pubsub.publisher on topic reports",
      "api: roles/pubsub.publisher on topic deliveries",
      "api: roles/pubsub.publisher on topic build-events",
      "api: roles/pubsub.publisher on topic build-logs",
      "api: roles/pubsub.publisher on topic cloud-builds",
      "api: roles/secretmanager.secretAccessor on secret of WEBHOOK_KEY",
      "api: projects/demo-project/roles/bitflowBuildKeeper on project (Cloud Build)",
      "api: roles/secretmanager.secretAccessor on project (Secret Manager)",
      "api: projects/demo-project/roles/bitflowSecretRemover on project (Secret Manager)",
      "api: projects/demo-project/roles/bitflowSecretCreator on project (Secret Manager)",
      "api: roles/secretmanager.secretVersionAdder on project (Secret Manager)",
      "api: roles/artifactregistry.repoAdmin on repository acme-release",
      "api: roles/artifactregistry.repoAdmin on repository globex-release",
      "API Gateway: roles/run.invoker on function api",
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
    condition     = output.name == "api" && output.config.max_instances == 20 && output.config.min_instances == 0
    error_message = "it has an end, and costs nothing when nobody calls"
  }
  assert {
    condition     = output.config.ingress == "ALLOW_ALL"
    error_message = "it is called from outside the project"
  }
}

run "what_it_is_told" {
  command = plan

  assert {
    condition = toset(keys(output.config.env)) == toset([
      "GATEWAY_ACCOUNT",
      "GATEWAY_AUDIENCE",
      "GATEWAY_TOKENS",
      "GOOGLE_CLOUD_PROJECT",
      "PLANNER_URL",
      "POOL_CAPACITY",
      "REGION",
      "REGISTRY_RELEASE",
      "TEAMS",
      "WEBHOOKS_URL",
    ])
    error_message = "its variables are those of its env.ts that have no default, or one that the installation knows better"
  }
  assert {
    condition     = output.config.secrets == { WEBHOOK_KEY = "service-webhook-key" }
    error_message = "what is secret comes by reference"
  }
  assert {
    condition     = output.config.env["TEAMS"] == "acme,globex"
    error_message = "it is told which teams have registries"
  }
  assert {
    condition     = output.config.env["REGISTRY_RELEASE"] == "europe-west1-docker.pkg.dev/demo-project/{team}-release"
    error_message = "each team has its own place for released images"
  }
  # That only the gateway may call it is what makes `checked` right: see its_rights.
  assert {
    condition     = output.config.env["GATEWAY_TOKENS"] == "checked" && output.config.env["GATEWAY_ACCOUNT"] == var.gateway_account && output.config.env["GATEWAY_AUDIENCE"] == var.installation.urls["api"]
    error_message = "it takes the gateway's tokens as Cloud Run has checked them, for its own address"
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
    private_hosts       = { git = ["git.internal:443"], registries = ["registry.internal:5000"] }
    device_sign_in      = { public_url = "https://builds.example.com", identity_api_key = "key" }
    google_id_audiences = ["1.apps.googleusercontent.com", "2.apps.googleusercontent.com"]
    limits              = { requests_per_minute = 100, failed_sign_ins_per_minute = 10, sign_ins_per_minute = 5, trusted_proxies = 2 }
  }

  assert {
    condition = toset(keys(output.config.env)) == toset([
      "CLONE_ALLOW_HOSTS",
      "FAILED_SIGN_INS_PER_MINUTE",
      "GATEWAY_ACCOUNT",
      "GATEWAY_AUDIENCE",
      "GATEWAY_TOKENS",
      "GITEE_API_URL",
      "GITEE_URL",
      "GITHUB_API_URL",
      "GITHUB_APP_ID",
      "GITHUB_URL",
      "GITLAB_API_URL",
      "GITLAB_URL",
      "GOOGLE_CLOUD_PROJECT",
      "GOOGLE_ID_AUDIENCES",
      "IDENTITY_API_KEY",
      "PLANNER_URL",
      "POOL_CAPACITY",
      "PUBLIC_URL",
      "REGION",
      "REGISTRY_ALLOW_HOSTS",
      "REGISTRY_RELEASE",
      "REQUESTS_PER_MINUTE",
      "SIGN_INS_PER_MINUTE",
      "TEAMS",
      "TRUSTED_PROXIES",
      "WEBHOOKS_URL",
    ])
    error_message = "with everything given, its variables are all of its env.ts"
  }
  assert {
    condition     = toset(keys(output.config.secrets)) == toset(["WEBHOOK_KEY", "GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN"])
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

run "half_an_app" {
  command = plan
  variables { hosts = { github_app_id = "12345" } }
  expect_failures = [var.hosts]
}

run "one_area_for_all_teams" {
  command = plan
  variables { areas = { staging = "host/p", release = "host/p", cache = "host/p" } }
  expect_failures = [var.areas]
}

run "no_team_has_registries" {
  command = plan
  variables { teams = [] }

  assert {
    condition     = output.config.env["TEAMS"] == ","
    error_message = "no team is told apart from not told"
  }
}

run "more_slots_than_a_queue_can_have" {
  command = plan
  variables { pool_capacity = 151 }
  expect_failures = [var.pool_capacity]
}
