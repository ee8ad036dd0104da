# Every function, each with its own rights (modules/functions/NAME/iam.tf), and the planner.

locals {
  hosts    = merge(var.hosts, { github_app_id = var.github_app_id })
  egress   = one(module.network[*].functions)
  builders = { for trust, account in module.builder.accounts : trust => account.email }
  # Everything but the team's cache, which builders alone touch.
  repositories = { for team, repository in module.registry.repositories : team => { staging = repository.staging, release = repository.release } }
  sign_in = length([for client in values(var.sign_in) : client if client != null]) == 0 ? null : {
    public_url       = module.gateway.public_url
    identity_api_key = module.identity.api_key
  }
}

module "platform" {
  source = "./modules/platform"

  installation      = local.installation
  images_repository = module.registry.functions_repository
  agents = {
    cloudfunctions = module.project_services.agents.cloudfunctions
    run            = module.project_services.agents.run
  }

  depends_on = [module.project_services]
}

module "webhooks" {
  source = "./modules/functions/webhooks"

  installation = local.installation
  platform     = module.platform
  bundle       = local.bundles["webhooks"]
  database     = module.store.access
  topics       = module.bus.topics
  secrets      = module.secrets.env
}

module "intake" {
  source = "./modules/functions/intake"

  installation          = local.installation
  platform              = module.platform
  bundle                = local.bundles["intake"]
  database              = module.store.access
  topics                = module.bus.topics
  secrets               = module.secrets.env
  push                  = module.bus.push
  max_delivery_attempts = module.bus.max_delivery_attempts
  teams                 = module.registry.teams
  hosts                 = local.hosts
  team_secrets          = module.secrets.of_teams
  private_hosts         = var.private_hosts
  network               = local.egress
}

module "api" {
  source = "./modules/functions/api"

  installation        = local.installation
  platform            = module.platform
  bundle              = local.bundles["api"]
  database            = module.store.access
  topics              = module.bus.topics
  secrets             = module.secrets.env
  hosts               = local.hosts
  team_secrets        = module.secrets.of_teams
  teams               = module.registry.teams
  repositories        = local.repositories
  areas               = module.registry.areas
  pool_capacity       = var.pool_capacity
  private_hosts       = var.private_hosts
  network             = local.egress
  gateway_account     = module.gateway.account_email
  device_sign_in      = local.sign_in
  google_id_audiences = var.google_id_audiences
  limits = {
    requests_per_minute        = var.limits.requests_per_minute
    failed_sign_ins_per_minute = var.limits.failed_sign_ins_per_minute
    sign_ins_per_minute        = var.limits.sign_ins_per_minute
    trusted_proxies            = var.limits.trusted_proxies
  }
}

module "submit" {
  source = "./modules/functions/submit"

  installation          = local.installation
  platform              = module.platform
  bundle                = local.bundles["submit"]
  database              = module.store.access
  topics                = module.bus.topics
  secrets               = module.secrets.env
  push                  = module.bus.push
  max_delivery_attempts = module.bus.max_delivery_attempts
  builders              = local.builders
  pool_capacity         = var.pool_capacity
  builder_image         = var.builder_image
  worker_pool           = module.builder.worker_pool
  logs_bucket           = module.builder.logs_bucket
  private_hosts         = var.private_hosts.git
}

module "exchange" {
  source = "./modules/functions/exchange"

  installation = local.installation
  platform     = module.platform
  bundle       = local.bundles["exchange"]
  database     = module.store.access
  topics       = module.bus.topics
  secrets      = module.secrets.env
  hosts        = local.hosts
  builders     = local.builders
  team_secrets = module.secrets.of_teams
  areas        = module.registry.areas
  team_writers = module.registry.team_writers
  callback_url = module.gateway.public_url
  network      = local.egress
  limits       = { image_bytes = var.limits.image_bytes, log_bytes = var.limits.log_bytes }
}

module "callback" {
  source = "./modules/functions/callback"

  installation    = local.installation
  platform        = module.platform
  bundle          = local.bundles["callback"]
  database        = module.store.access
  topics          = module.bus.topics
  secrets         = module.secrets.env
  team_secrets    = module.secrets.of_teams
  repositories    = local.repositories
  areas           = module.registry.areas
  private_hosts   = var.private_hosts
  network         = local.egress
  gateway_account = module.gateway.account_email
}

module "record" {
  source = "./modules/functions/record"

  installation          = local.installation
  platform              = module.platform
  bundle                = local.bundles["record"]
  database              = module.store.access
  topics                = module.bus.topics
  secrets               = module.secrets.env
  push                  = module.bus.push
  max_delivery_attempts = module.bus.max_delivery_attempts
  team_secrets          = module.secrets.of_teams
  repositories          = local.repositories
  areas                 = module.registry.areas
  private_hosts         = var.private_hosts
  network               = local.egress
}

module "logs" {
  source = "./modules/functions/logs"

  installation          = local.installation
  platform              = module.platform
  bundle                = local.bundles["logs"]
  database              = module.store.access
  topics                = module.bus.topics
  secrets               = module.secrets.env
  push                  = module.bus.push
  max_delivery_attempts = module.bus.max_delivery_attempts
}

module "report" {
  source = "./modules/functions/report"

  installation          = local.installation
  platform              = module.platform
  bundle                = local.bundles["report"]
  database              = module.store.access
  topics                = module.bus.topics
  secrets               = module.secrets.env
  push                  = module.bus.push
  max_delivery_attempts = module.bus.max_delivery_attempts
  hosts                 = local.hosts
  team_secrets          = module.secrets.of_teams
  network               = local.egress
}

module "sweep" {
  source = "./modules/functions/sweep"

  installation  = local.installation
  platform      = module.platform
  bundle        = local.bundles["sweep"]
  database      = module.store.access
  topics        = module.bus.topics
  secrets       = module.secrets.env
  hosts         = local.hosts
  team_secrets  = module.secrets.of_teams
  teams         = module.registry.teams
  repositories  = local.repositories
  areas         = module.registry.areas
  private_hosts = var.private_hosts
  network       = local.egress
  scheduler     = module.schedules.scheduler
}

module "dead_letters" {
  source = "./modules/functions/dead-letters"

  installation = local.installation
  platform     = module.platform
  bundle       = local.bundles["dead-letters"]
  database     = module.store.access
  push         = module.bus.push
}

module "schedules" {
  source = "./modules/schedules"

  installation    = local.installation
  region          = var.scheduler_region
  timeout_s       = module.sweep.config.timeout_s
  scheduler_agent = module.project_services.agents.cloudscheduler

  depends_on = [module.project_services]
}

module "planner" {
  source = "./modules/planner"

  installation  = local.installation
  builder_image = var.builder_image
  callers       = { api = module.api.account_email }
  private_hosts = var.private_hosts.git
  network       = local.egress

  # With a KMS key: Cloud Run's agent may use it by then.
  depends_on = [module.platform]
}
