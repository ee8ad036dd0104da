# Owns the queue: orders pushes, gives out the pool's slots, creates Cloud Builds (functions/use-cases/submit-builds.ts).
# It runs alone: one instance, in which wake-ups wait for each other (functions/use-cases/one-at-a-time.ts) and cost
# nothing while they do. A lease in Firestore holds where a deployment starts a second instance for a moment.
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "submit"
  description  = "Submits the builds that wait."
  bundle       = var.bundle

  concurrency   = 250
  max_instances = 1
  # As long as Pub/Sub waits.
  timeout_s = 600

  invokers = {
    push = {
      who    = "Pub/Sub's pushes"
      member = var.push
      why    = "delivers messages of the topic builds"
    }
  }

  env = {
    MAX_DELIVERY_ATTEMPTS = tostring(var.max_delivery_attempts)
    REGION                = var.installation.region
    BUILDER_IMAGE         = var.builder_image
    BUILDER_ACCOUNT       = var.builders.trusted
    BUILDER_FORK_ACCOUNT  = var.builders.forks
    EXCHANGE_URL          = "${var.installation.urls["exchange"]}/v1/exchange"
    POOL_CAPACITY         = tostring(var.pool_capacity)
    LOGS_BUCKET           = "gs://${var.logs_bucket}"
  }

  optional_env = {
    WORKER_POOL       = var.worker_pool
    CLONE_ALLOW_HOSTS = length(var.private_hosts) == 0 ? null : join(",", var.private_hosts)
  }

  secrets = {
    EXCHANGE_KEY = var.secrets["EXCHANGE_KEY"]
  }
}
