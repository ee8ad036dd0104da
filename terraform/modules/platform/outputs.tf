output "source_bucket" {
  description = "The bucket of the functions' zips."
  value       = google_storage_bucket.source.name
}

output "build_account" {
  description = "The full name of the account that functions are built as. Waits for its rights."
  value       = google_service_account.build.name
  depends_on  = [module.build]
}

output "images_repository" {
  description = "The full id of the repository of the functions' images. With a KMS key, waits until Google's accounts may use it."
  value       = var.images_repository
  depends_on  = [module.agents]
}

output "roles" {
  description = "Custom roles by what they are for, as the modules of functions grant them. Known in a plan."
  value       = { for name, role in google_project_iam_custom_role.role : name => "projects/${var.installation.project}/roles/${role.role_id}" }
}

output "custom_roles" {
  description = "The same roles and what they permit, for docs/iam.md."
  value       = { for role in values(local.roles) : "projects/${var.installation.project}/roles/${role.id}" => role.permissions }
}

output "grants" {
  description = "What was granted here, for docs/iam.md."
  value       = concat(module.build.grants, flatten([for agent in module.agents : agent.grants]))
}
