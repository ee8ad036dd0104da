output "database" {
  description = "The database's name. Waits for its indexes and fields: what is called before they are there fails."
  value       = google_firestore_database.default.name
  depends_on  = [google_firestore_index.composite, google_firestore_field.override]
}

output "access" {
  description = "What a function is granted on the project to read and write this database, and no other of the project."
  value = {
    role = "roles/datastore.user"
    condition = {
      title      = "this database only"
      expression = "resource.type == \"firestore.googleapis.com/Database\" && resource.name == \"projects/${var.installation.project}/databases/${google_firestore_database.default.name}\""
    }
  }
}

output "grants" {
  description = "What was granted here, for docs/iam.md."
  value       = module.grants.grants
}
