# What everything else stands on. Each module is a thing with the rights to it; functions.tf has those that use it.

module "project_services" {
  source = "./modules/project-services"

  installation = local.installation
  scanning     = var.registry.scanning
  budget       = var.budget != null
  network      = var.network != null
}

module "store" {
  source = "./modules/store"

  installation      = local.installation
  location          = var.firestore_location
  delete_protection = var.delete_protection
  firestore_agent   = module.project_services.agents.firestore

  depends_on = [module.project_services]
}

module "bus" {
  source = "./modules/bus"

  installation = local.installation
  agents = {
    pubsub     = module.project_services.agents.pubsub
    cloudbuild = module.project_services.agents.cloudbuild
  }

  depends_on = [module.project_services]
}

module "secrets" {
  source = "./modules/secrets"

  installation        = local.installation
  delete_protection   = var.delete_protection
  secretmanager_agent = module.project_services.agents.secretmanager
  github = {
    app             = var.github_app_id != null
    webhook_secrets = var.github_webhook_secret
    token           = var.github_token
  }

  depends_on = [module.project_services]
}

module "registry" {
  source = "./modules/registry"

  installation      = local.installation
  teams             = var.teams
  settings          = var.registry
  delete_protection = var.delete_protection

  depends_on = [module.project_services]
}

module "network" {
  source = "./modules/network"
  count  = var.network == null ? 0 : 1

  installation = local.installation
  ranges       = { for name, range in var.network.ranges : name => range if range != null }
  addresses    = var.network.addresses
  egress_ports = var.network.egress_ports

  depends_on = [module.project_services]
}

module "builder" {
  source = "./modules/builder"

  installation       = local.installation
  service_repository = module.registry.service_repository.id
  worker_pool        = var.worker_pool
  network            = var.network == null ? null : { attachment = module.network[0].builders }
  topics = {
    build_events = module.bus.topics["build-events"]
    build_logs   = module.bus.topics["build-logs"]
  }

  depends_on = [module.project_services]
}

module "gateway" {
  source = "./modules/gateway"

  installation = local.installation
  region       = coalesce(var.gateway_region, var.region)
  document     = "${var.bundles}/gateway.json.tftpl"
  public_url   = var.public_url

  depends_on = [module.project_services]
}

module "identity" {
  source = "./modules/identity"

  installation = local.installation
  sign_in      = { for name, client in var.sign_in : name => client if client != null }
  address      = module.gateway.public_url
  first_team   = var.first_team

  depends_on = [module.project_services]
}

module "observability" {
  source = "./modules/observability"

  installation          = local.installation
  notification_channels = var.notification_channels
  alerts                = var.alerts
  budget                = var.budget

  depends_on = [module.project_services]
}
