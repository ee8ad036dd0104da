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

output "config" {
  description = "How it runs, as a plan has it: for whoever checks it. `secrets`: a variable => the name of its secret."
  value = {
    memory        = google_cloudfunctions2_function.function.service_config[0].available_memory
    cpu           = google_cloudfunctions2_function.function.service_config[0].available_cpu
    concurrency   = google_cloudfunctions2_function.function.service_config[0].max_instance_request_concurrency
    min_instances = google_cloudfunctions2_function.function.service_config[0].min_instance_count
    max_instances = google_cloudfunctions2_function.function.service_config[0].max_instance_count
    timeout_s     = google_cloudfunctions2_function.function.service_config[0].timeout_seconds
    ingress       = google_cloudfunctions2_function.function.service_config[0].ingress_settings
    env           = google_cloudfunctions2_function.function.service_config[0].environment_variables
    secrets       = { for variable in google_cloudfunctions2_function.function.service_config[0].secret_environment_variables : variable.key => variable.secret }
  }
}
