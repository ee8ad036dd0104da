output "url" {
  description = "The planner's address: known before it is there."
  value       = var.installation.urls["planner"]
  depends_on  = [google_cloud_run_v2_service.planner, module.callers]
}

output "service" {
  description = "The full name of its Cloud Run service."
  value       = google_cloud_run_v2_service.planner.id
}

output "account_email" {
  description = "The account that it runs as, which has no rights."
  value       = google_service_account.planner.email
}

output "env" {
  description = "The variables that it is given (builder-image/planner/env.ts)."
  value       = tomap(local.env)
}

output "grants" {
  description = "Who may call it, for docs/iam.md."
  value       = flatten([for caller in module.callers : caller.grants])
}
