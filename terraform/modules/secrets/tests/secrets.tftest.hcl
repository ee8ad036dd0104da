mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls           = {}
  }
  secretmanager_agent = "serviceAccount:service-123456789012@gcp-sa-secretmanager.iam.gserviceaccount.com"
}

run "without_github" {
  command = plan

  assert {
    condition = output.env == {
      EXCHANGE_KEY = "projects/demo-project/secrets/service-exchange-key"
      WEBHOOK_KEY  = "projects/demo-project/secrets/service-webhook-key"
    }
    error_message = "a secret without a value keeps its function from starting: only what is used is made"
  }
  assert {
    condition     = alltrue([for secret in values(google_secret_manager_secret.this) : secret.deletion_protection && secret.version_destroy_ttl == "604800s"])
    error_message = "a key is not lost by a slip"
  }
  assert {
    condition     = alltrue([for secret in values(google_secret_manager_secret.this) : length(secret.replication[0].auto) == 1 && length(secret.replication[0].user_managed) == 0])
    error_message = "without a key of one's own, Google chooses where the replicas are"
  }
  assert {
    condition     = length(output.grants) == 0
    error_message = "without a key nobody gets rights to one"
  }
}

run "with_all_of_github" {
  command = plan

  variables {
    github            = { app = true, token = true }
    delete_protection = false
  }

  assert {
    condition = toset(keys(output.env)) == toset([
      "EXCHANGE_KEY", "WEBHOOK_KEY", "GITHUB_WEBHOOK_SECRETS", "GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN",
    ])
    error_message = "an App has a key and a webhook secret; a token is asked for by itself"
  }
  assert {
    condition     = alltrue([for secret in values(google_secret_manager_secret.this) : startswith(secret.secret_id, "service-")])
    error_message = "what starts with bitflow- is the teams'"
  }
  assert {
    condition     = alltrue([for secret in values(google_secret_manager_secret.this) : !secret.deletion_protection])
    error_message = "without protection an installation can be taken away"
  }
}

run "an_organizations_webhook" {
  command = plan

  variables {
    github = { webhook_secrets = true }
  }

  assert {
    condition     = toset(keys(output.env)) == toset(["EXCHANGE_KEY", "WEBHOOK_KEY", "GITHUB_WEBHOOK_SECRETS"])
    error_message = "an organization's webhook needs no App"
  }
}

run "the_secrets_of_teams" {
  command = plan

  assert {
    condition = alltrue([for what in ["read", "add", "remove"] :
      output.of_teams[what].condition.expression == "resource.name.startsWith(\"projects/123456789012/secrets/bitflow-\")"
    ])
    error_message = "no function reads, changes or removes a secret of the service, or of anybody else in the project"
  }
  assert {
    condition     = google_project_iam_custom_role.this["bitflowSecretCreator"].permissions == toset(["secretmanager.secrets.create"]) && google_project_iam_custom_role.this["bitflowSecretRemover"].permissions == toset(["secretmanager.secrets.delete"])
    error_message = "each role permits one thing"
  }
  assert {
    condition     = toset([output.of_teams.create.role, output.of_teams.remove.role]) == toset(keys(output.custom_roles)) && output.of_teams.create.role == "projects/demo-project/roles/bitflowSecretCreator"
    error_message = "the roles to grant are those made here"
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
    condition = alltrue([for secret in values(google_secret_manager_secret.this) :
      secret.replication[0].user_managed[0].replicas[0].location == "europe-west1" &&
      secret.replication[0].user_managed[0].replicas[0].customer_managed_encryption[0].kms_key_name == "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k" &&
      length(secret.replication[0].auto) == 0
    ])
    error_message = "the secrets are where the key is, and encrypted with it"
  }
  assert {
    condition     = [for grant in output.grants : "${grant.who}: ${grant.role}"] == ["Secret Manager's agent: roles/cloudkms.cryptoKeyEncrypterDecrypter"]
    error_message = "Secret Manager's agent may use the key"
  }
}
