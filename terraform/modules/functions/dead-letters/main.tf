# Keeps the messages that were given up, where people find them (functions/use-cases/keep-letter.ts).
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "dead-letters"
  description  = "Keeps messages that were given up."
  bundle       = var.bundle

  concurrency   = 20
  max_instances = 3
  timeout_s     = 60

  invokers = {
    push = {
      who    = "Pub/Sub's pushes"
      member = var.push
      why    = "delivers messages of the topic dead-letters"
    }
  }
}
