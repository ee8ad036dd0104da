output "services" {
  description = "The APIs and what each is for. Whoever needs them depends on this output: it waits until they are on."
  value       = local.services
  depends_on  = [google_project_service.this, google_project_service_identity.agent]
}

output "agents" {
  description = "Google's own accounts in the project, as IAM members, by the service they belong to. Waits until they are there. `firestore` is there only with a KMS key."
  value = {
    for service, domain in local.agents :
    service => "serviceAccount:service-${var.installation.project_number}@${domain}.iam.gserviceaccount.com"
  }
  depends_on = [google_project_service.this, google_project_service_identity.agent, module.storage]
}

output "grants" {
  description = "What was granted here, for docs/iam.md."
  value       = flatten(module.storage[*].grants)
}
