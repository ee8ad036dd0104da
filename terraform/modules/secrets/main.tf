# The service's own secrets, without values: those would be in Terraform's state. `npm run deploy` makes the keys and
# asks for GitHub's (docs/decisions/0033). What teams keep here at run time is not Terraform's; its names start with
# `bitflow-` (functions/core/repository.ts, registry.ts), the service's with `service-`.

locals {
  github_webhooks = var.github.app || var.github.webhook_secrets

  # The environment's name in a function => the secret.
  secrets = merge(
    {
      EXCHANGE_KEY = "service-exchange-key"
      WEBHOOK_KEY  = "service-webhook-key"
    },
    local.github_webhooks ? { GITHUB_WEBHOOK_SECRETS = "service-github-webhook-secrets" } : {},
    var.github.app ? { GITHUB_APP_PRIVATE_KEY = "service-github-app-private-key" } : {},
    var.github.token ? { GITHUB_TOKEN = "service-github-token" } : {},
  )
}

resource "google_secret_manager_secret" "this" {
  for_each = local.secrets

  project             = var.installation.project
  secret_id           = each.value
  labels              = var.installation.labels
  deletion_protection = var.delete_protection

  # A version that somebody destroys can be had back for a week.
  version_destroy_ttl = "${7 * 24 * 60 * 60}s"

  replication {
    dynamic "auto" {
      for_each = var.installation.kms_key == null ? ["Google's choice"] : []
      content {}
    }

    # Replicas that Google chooses take a key in `global` only, which other resources do not: so one, by the key.
    dynamic "user_managed" {
      for_each = var.installation.kms_key[*]
      content {
        replicas {
          location = var.installation.region
          customer_managed_encryption {
            kms_key_name = user_managed.value
          }
        }
      }
    }
  }

  depends_on = [module.key]
}
