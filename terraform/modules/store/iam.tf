module "grants" {
  source       = "../grants"
  installation = var.installation
  who          = "Firestore's agent"
  member       = var.firestore_agent
  grants = local.kms_key == null ? {} : {
    key = {
      kind  = "kms_key"
      on    = local.kms_key
      label = "the KMS key"
      role  = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
      why   = "encrypts the database and its backups"
    }
  }
}
