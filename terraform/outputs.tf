output "webhook_url" {
  description = "Where git hosts send their webhooks, without the host's own path: `bitflow repos connect` sets it at the host."
  value       = module.webhooks.url
}

output "api_url" {
  description = "Where people and programs reach the API: BITFLOW_URL of the `bitflow` command."
  value       = module.gateway.public_url
}

output "image_build" {
  description = "Whom the builder image is built as, and where: for `npm run deploy`."
  value       = module.builder.image_build
}

output "service_repository" {
  description = "Below which host/path the builder image is: for `npm run deploy`."
  value       = module.registry.service_repository.path
}

output "delete_protection" {
  description = "Whether what is deployed is kept from being deleted: `npm run destroy` refuses while it is."
  value       = var.delete_protection
}

output "secrets" {
  description = "The service's own secrets, variable => full id, each of which must have a version before the functions start."
  value       = module.secrets.env
}

output "sign_in" {
  description = "What `npm run deploy` sets up in Identity Platform: provider => OAuth client, and the secret that has its client secret."
  value       = module.identity.sign_in
}

output "sign_in_redirect" {
  description = "The address that the OAuth clients at Google and GitHub must have among theirs."
  value       = module.identity.redirect
}

output "first_team" {
  description = "The team that `npm run deploy` makes where there is none."
  value       = module.identity.first_team
}

output "addresses" {
  description = "The public addresses that functions and builds go out by, for other people's allow lists; empty where Google chooses them."
  value       = flatten(module.network[*].addresses)
}

output "grants" {
  description = "Who may do what: docs/iam.md is made of it."
  value = concat(
    module.project_services.grants,
    module.store.grants,
    module.bus.grants,
    module.secrets.grants,
    module.registry.grants,
    module.builder.grants,
    module.platform.grants,
    module.planner.grants,
    module.webhooks.grants,
    module.intake.grants,
    module.api.grants,
    module.submit.grants,
    module.exchange.grants,
    module.callback.grants,
    module.record.grants,
    module.logs.grants,
    module.report.grants,
    module.sweep.grants,
    module.dead_letters.grants,
    module.schedules.grants,
  )
}
