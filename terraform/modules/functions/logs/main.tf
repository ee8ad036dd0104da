# Keeps log chunks, each once, and nothing else (functions/use-cases/store-logs.ts).
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "logs"
  description  = "Keeps the logs of builds."
  bundle       = var.bundle

  concurrency   = 80
  max_instances = 20
  timeout_s     = 60

  invokers = {
    push = {
      who    = "Pub/Sub's pushes"
      member = var.push
      why    = "delivers messages of the topic build-logs"
    }
  }

  env = {
    MAX_DELIVERY_ATTEMPTS = tostring(var.max_delivery_attempts)
  }

  secrets = {
    EXCHANGE_KEY = var.secrets["EXCHANGE_KEY"]
  }
}
