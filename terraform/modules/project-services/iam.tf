# Asking for Cloud Storage's account makes it, where no bucket of the project did yet. It is asked for when the APIs are
# on, so a plan of an empty project asks nobody.
data "google_storage_project_service_account" "agent" {
  count   = var.installation.kms_key == null ? 0 : 1
  project = var.installation.project

  depends_on = [google_project_service.this]
}

# Here, because the buckets of several modules are encrypted by the same account with the same key.
module "storage" {
  count  = var.installation.kms_key == null ? 0 : 1
  source = "../grants"

  installation = var.installation
  who          = "Cloud Storage's agent"
  member       = "serviceAccount:${data.google_storage_project_service_account.agent[0].email_address}"
  grants = {
    key = {
      kind  = "kms_key"
      on    = var.installation.kms_key
      label = "the KMS key"
      role  = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
      why   = "encrypts the functions' and the builder image's sources, and the logs of builds"
    }
  }
}
