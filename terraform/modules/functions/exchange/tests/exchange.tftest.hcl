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
  builders = {
    trusted = "bitflow-builder@demo-project.iam.gserviceaccount.com"
    forks   = "bitflow-fork-builder@demo-project.iam.gserviceaccount.com"
  }
  team_secrets = {
    read   = { role = "roles/secretmanager.secretAccessor", condition = { title = "secrets of teams", expression = "resource.name.startsWith(\"projects/123456789012/secrets/bitflow-\")" } }
    add    = { role = "roles/secretmanager.secretVersionAdder", condition = { title = "secrets of teams", expression = "resource.name.startsWith(\"projects/123456789012/secrets/bitflow-\")" } }
    remove = { role = "projects/demo-project/roles/bitflowSecretRemover", condition = { title = "secrets of teams", expression = "resource.name.startsWith(\"projects/123456789012/secrets/bitflow-\")" } }
    create = { role = "projects/demo-project/roles/bitflowSecretCreator", condition = null }
  }
  areas = {
    staging = "europe-west1-docker.pkg.dev/demo-project/{team}-staging"
    release = "europe-west1-docker.pkg.dev/demo-project/{team}-release"
    cache   = "europe-west1-docker.pkg.dev/demo-project/{team}-cache"
  }
  team_writers = {
    acme = { trusted = "w-acme@demo-project.iam.gserviceaccount.com", forks = "f-acme@demo-project.iam.gserviceaccount.com" }
  }
  callback_url = "https://bitflow-abc.ew.gateway.dev"
}

run "its_rights" {
  command = plan

  assert {
    condition = toset([for grant in output.grants : "${grant.who}: ${grant.role} on ${grant.label}"]) == toset([
      "exchange: roles/datastore.user on project (Firestore)",
      "exchange: roles/pubsub.publisher on topic builds",
      "exchange: roles/pubsub.publisher on topic reports",
      "exchange: roles/secretmanager.secretAccessor on secret of EXCHANGE_KEY",
      "exchange: projects/demo-project/roles/bitflowBuildKeeper on project (Cloud Build)",
      "exchange: roles/secretmanager.secretAccessor on project (Secret Manager)",
      "exchange: projects/demo-project/roles/bitflowTokenMinter on writer account of acme (trusted builds)",
      "exchange: projects/demo-project/roles/bitflowTokenMinter on writer account of acme (builds of forks)",
      "builder: roles/run.invoker on function exchange",
      "builder of forks: roles/run.invoker on function exchange",
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
    condition     = output.name == "exchange" && output.config.max_instances == 10 && output.config.min_instances == 0
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
      "BUILDER_ACCOUNT",
      "BUILDER_FORK_ACCOUNT",
      "CALLBACK_URL",
      "EXCHANGE_URL",
      "GOOGLE_CLOUD_PROJECT",
      "REGION",
      "REGISTRY_CACHE",
      "REGISTRY_STAGING",
      "TEAM_WRITERS",
    ])
    error_message = "its variables are those of its env.ts that have no default, or one that the installation knows better"
  }
  assert {
    condition     = output.config.secrets == { EXCHANGE_KEY = "service-exchange-key" }
    error_message = "what is secret comes by reference"
  }
  assert {
    condition     = output.config.env["TEAM_WRITERS"] == jsonencode({ acme = { forks = "f-acme@demo-project.iam.gserviceaccount.com", trusted = "w-acme@demo-project.iam.gserviceaccount.com" } })
    error_message = "it knows whose token a build may have"
  }
  assert {
    condition     = output.config.env["EXCHANGE_URL"] == "https://bitflow-exchange-123456789012.europe-west1.run.app/v1/exchange"
    error_message = "identity tokens must be for it"
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
    limits = { image_bytes = 10737418240, log_bytes = 1000 }
  }

  assert {
    condition = toset(keys(output.config.env)) == toset([
      "BUILDER_ACCOUNT",
      "BUILDER_FORK_ACCOUNT",
      "CALLBACK_URL",
      "EXCHANGE_URL",
      "GITEE_API_URL",
      "GITEE_URL",
      "GITHUB_API_URL",
      "GITHUB_APP_ID",
      "GITHUB_URL",
      "GITLAB_API_URL",
      "GITLAB_URL",
      "GOOGLE_CLOUD_PROJECT",
      "IMAGE_LIMIT_BYTES",
      "LOG_LIMIT_BYTES",
      "REGION",
      "REGISTRY_CACHE",
      "REGISTRY_STAGING",
      "TEAM_WRITERS",
    ])
    error_message = "with everything given, its variables are all of its env.ts"
  }
  assert {
    condition     = toset(keys(output.config.secrets)) == toset(["EXCHANGE_KEY", "GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN"])
    error_message = "of the secrets it gets its own"
  }
  assert {
    condition     = output.config.env["IMAGE_LIMIT_BYTES"] == "10737418240"
    error_message = "a number is written out"
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

run "a_callback_address_with_a_slash" {
  command = plan
  variables { callback_url = "https://bitflow-abc.ew.gateway.dev/" }
  expect_failures = [var.callback_url]
}
