# Applies what builders and Cloud Build report, and releases images (functions/use-cases/record-event.ts, promote.ts).
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "record"
  description  = "Records the events of builds and releases their images."
  bundle       = var.bundle
  network      = var.network

  concurrency   = 10
  max_instances = 20
  # As long as Pub/Sub waits: an image for another registry passes through here.
  timeout_s = 600

  invokers = {
    push = {
      who    = "Pub/Sub's pushes"
      member = var.push
      why    = "delivers messages of the topics build-events and cloud-builds"
    }
  }

  env = {
    MAX_DELIVERY_ATTEMPTS = tostring(var.max_delivery_attempts)
    REGION                = var.installation.region
    REGISTRY_STAGING      = var.areas["staging"]
    REGISTRY_RELEASE      = var.areas["release"]
  }

  optional_env = {
    REGISTRY_ALLOW_HOSTS = length(var.private_hosts.registries) == 0 ? null : join(",", var.private_hosts.registries)
  }

  secrets = {
    EXCHANGE_KEY = var.secrets["EXCHANGE_KEY"]
  }
}
