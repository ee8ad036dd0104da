# Checks who signed a delivery, keeps it, wakes `intake` (functions/use-cases/receive-delivery.ts). The one function
# that anybody may call, so the one with the fewest rights.
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "webhooks"
  description  = "Takes deliveries of git hosts in."
  bundle       = var.bundle

  # The heap that docs/performance.md tells of: bodies of 25 MB, two at a time.
  memory        = "512Mi"
  concurrency   = 40
  max_instances = 20
  timeout_s     = 60

  ingress = "all"
  invokers = {
    hosts = {
      who    = "everybody"
      member = "allUsers"
      why    = "git hosts have no account here; the function checks the signature of each request"
    }
  }

  secrets = { for name, secret in var.secrets : name => secret if contains(["WEBHOOK_KEY", "GITHUB_WEBHOOK_SECRETS"], name) }
}
