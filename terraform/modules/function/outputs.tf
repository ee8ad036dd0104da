output "name" {
  description = "The function, as given."
  value       = var.name
}

output "url" {
  description = "The function's address: known before it is there, so that two functions can have each other's (docs/decisions/0030)."
  value       = var.installation.urls[var.name]
  depends_on  = [google_cloudfunctions2_function.function, module.invokers]
}

output "service" {
  description = "The full name of its Cloud Run service."
  value       = google_cloudfunctions2_function.function.service_config[0].service
  depends_on  = [module.invokers]
}

output "account_email" {
  description = "The account that it runs as."
  value       = google_service_account.function.email
}

output "member" {
  description = "The same, for IAM."
  value       = "serviceAccount:${google_service_account.function.email}"
}

output "grants" {
  description = "What was granted here: its secrets to it, and itself to its callers."
  value       = concat(module.secrets.grants, flatten([for invoker in module.invokers : invoker.grants]))
}
