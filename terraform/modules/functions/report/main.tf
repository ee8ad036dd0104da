# Tells git hosts how builds stand (functions/use-cases/report-commit.ts). A slow host holds up nobody else.
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "report"
  description  = "Reports builds to git hosts."
  bundle       = var.bundle
  network      = var.network

  concurrency   = 20
  max_instances = 5
  timeout_s     = 300

  invokers = {
    push = {
      who    = "Pub/Sub's pushes"
      member = var.push
      why    = "delivers messages of the topic reports"
    }
  }

  env = {
    MAX_DELIVERY_ATTEMPTS = tostring(var.max_delivery_attempts)
  }

  optional_env = { for name, value in var.hosts : upper(name) => value }

  secrets = { for name, secret in var.secrets : name => secret if contains(["GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN"], name) }
}
