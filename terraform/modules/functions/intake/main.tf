# Decides over deliveries: asks the host, applies the rules, creates builds (functions/use-cases/take-in.ts).
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "intake"
  description  = "Makes builds of deliveries."
  bundle       = var.bundle
  network      = var.network

  concurrency   = 10
  max_instances = 10
  timeout_s     = 300

  invokers = {
    push = {
      who    = "Pub/Sub's pushes"
      member = var.push
      why    = "delivers messages of the topic deliveries"
    }
  }

  env = {
    MAX_DELIVERY_ATTEMPTS = tostring(var.max_delivery_attempts)
    # Not an empty value, which might count as none: then every team would have registries.
    TEAMS = length(var.teams) == 0 ? "," : join(",", var.teams)
  }

  optional_env = merge({ for name, value in var.hosts : upper(name) => value }, {
    CLONE_ALLOW_HOSTS = length(var.private_hosts.git) == 0 ? null : join(",", var.private_hosts.git)
  })

  secrets = { for name, secret in var.secrets : name => secret if contains(["GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN"], name) }
}
