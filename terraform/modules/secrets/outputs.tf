output "env" {
  description = "A function's environment name => the full id of the secret that it is."
  value = {
    for name, secret in google_secret_manager_secret.this :
    name => "projects/${var.installation.project}/secrets/${secret.secret_id}"
  }
}

output "of_teams" {
  description = <<-EOT
    What functions are granted on the project for the secrets that teams keep at run time, by what they do with them.
    `create` has no condition, because what is asked for is the project; without `add` it gives no value to anything.
  EOT
  value = {
    read   = { role = "roles/secretmanager.secretAccessor", condition = local.of_teams }
    add    = { role = "roles/secretmanager.secretVersionAdder", condition = local.of_teams }
    remove = { role = "projects/${var.installation.project}/roles/${google_project_iam_custom_role.this["bitflowSecretRemover"].role_id}", condition = local.of_teams }
    create = { role = "projects/${var.installation.project}/roles/${google_project_iam_custom_role.this["bitflowSecretCreator"].role_id}", condition = null }
  }
}

output "custom_roles" {
  description = "The roles made here and what they permit, for docs/iam.md."
  value       = { for role, each in local.custom_roles : "projects/${var.installation.project}/roles/${role}" => each.permissions }
}

output "grants" {
  description = "What was granted here, for docs/iam.md."
  value       = module.key.grants
}
