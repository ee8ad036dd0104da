output "name" {
  description = "The function's name."
  value       = module.function.name
}

output "url" {
  description = "Its address."
  value       = module.function.url
}

output "service" {
  description = "The full name of its Cloud Run service."
  value       = module.function.service
}

output "account_email" {
  description = "The account that it runs as."
  value       = module.function.account_email
}

output "member" {
  description = "The same, for IAM."
  value       = module.function.member
}

output "config" {
  description = "How it runs: for whoever checks it."
  value       = module.function.config
}

output "grants" {
  description = "What it may do, and who may call it, for docs/iam.md."
  value       = concat(module.function.grants, module.rights.grants)
}
