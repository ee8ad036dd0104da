# Finds what stands still and repairs it, every minute (functions/use-cases/sweep.ts). One at a time: Cloud Scheduler
# starts none while one lasts.
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "sweep"
  description  = "Repairs what messages lost."
  bundle       = var.bundle
  network      = var.network

  concurrency   = 1
  max_instances = 1
  timeout_s     = 900

  invokers = {
    schedule = {
      who    = "Cloud Scheduler's calls"
      member = var.scheduler
      why    = "starts a sweep every minute"
    }
  }

  env = {
    REGION           = var.installation.region
    REGISTRY_STAGING = var.areas["staging"]
    REGISTRY_RELEASE = var.areas["release"]
    WEBHOOKS_URL     = var.installation.urls["webhooks"]
    # Not an empty value, which might count as none: then every team would have registries.
    TEAMS = length(var.teams) == 0 ? "," : join(",", var.teams)
  }

  optional_env = merge({ for name, value in var.hosts : upper(name) => value }, {
    CLONE_ALLOW_HOSTS    = length(var.private_hosts.git) == 0 ? null : join(",", var.private_hosts.git)
    REGISTRY_ALLOW_HOSTS = length(var.private_hosts.registries) == 0 ? null : join(",", var.private_hosts.registries)
  })

  secrets = { for name, secret in var.secrets : name => secret if contains(["GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN"], name) }
}
