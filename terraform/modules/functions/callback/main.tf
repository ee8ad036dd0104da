# Takes what builds of a person's own machine report (docs/callback.md), and does with it what `record` does.
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "callback"
  description  = "Takes the reports of builders outside Google Cloud."
  bundle       = var.bundle
  network      = var.network

  concurrency   = 10
  max_instances = 10
  timeout_s     = 600

  ingress = "all"
  invokers = {
    gateway = {
      who    = "API Gateway"
      member = "serviceAccount:${var.gateway_account}"
      why    = "passes reports on; the function checks the token of each"
    }
  }

  env = {
    REGION           = var.installation.region
    REGISTRY_STAGING = var.areas["staging"]
    REGISTRY_RELEASE = var.areas["release"]
  }

  optional_env = {
    REGISTRY_ALLOW_HOSTS = length(var.private_hosts.registries) == 0 ? null : join(",", var.private_hosts.registries)
  }

  secrets = {
    EXCHANGE_KEY = var.secrets["EXCHANGE_KEY"]
  }
}
