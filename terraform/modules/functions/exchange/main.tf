# Redeems a builder's token for what its build needs (functions/use-cases/exchange.ts). Builders reach it from wherever
# Cloud Build runs them, so from outside; who is none is turned away by Cloud Run, and again by the function.
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "exchange"
  description  = "Gives a build its credentials."
  bundle       = var.bundle
  network      = var.network

  concurrency   = 20
  max_instances = 10
  timeout_s     = 60

  ingress = "all"
  invokers = {
    builder = {
      who    = "builder"
      member = "serviceAccount:${var.builders.trusted}"
      why    = "redeems its build's token"
    }
    fork_builder = {
      who    = "builder of forks"
      member = "serviceAccount:${var.builders.forks}"
      why    = "redeems its build's token"
    }
  }

  env = {
    REGION               = var.installation.region
    EXCHANGE_URL         = "${var.installation.urls["exchange"]}/v1/exchange"
    CALLBACK_URL         = var.callback_url
    BUILDER_ACCOUNT      = var.builders.trusted
    BUILDER_FORK_ACCOUNT = var.builders.forks
    REGISTRY_STAGING     = var.areas["staging"]
    REGISTRY_CACHE       = var.areas["cache"]
    TEAM_WRITERS         = jsonencode(var.team_writers)
  }

  optional_env = merge({ for name, value in var.hosts : upper(name) => value }, {
    IMAGE_LIMIT_BYTES = var.limits.image_bytes
    LOG_LIMIT_BYTES   = var.limits.log_bytes
  })

  secrets = { for name, secret in var.secrets : name => secret if contains(["EXCHANGE_KEY", "GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN"], name) }
}
