# The truth of the service (docs/decisions/0007, 0017): one database, the one that clients take unless told otherwise.

locals {
  location = coalesce(var.location, var.installation.region)
  kms_key  = var.kms_key == null ? var.installation.kms_key : var.kms_key

  # A key must be where the database is; Firestore's multi-regions have Cloud KMS's names of their own.
  # https://cloud.google.com/firestore/native/docs/cmek
  kms_location = lookup({ eur3 = "europe", nam5 = "us", nam7 = "us" }, local.location, local.location)
}

resource "google_firestore_database" "default" {
  project     = var.installation.project
  name        = "(default)"
  location_id = local.location
  type        = "FIRESTORE_NATIVE"

  # Firestore's own choice, and what the code counts on: a transaction waits for another's lock, and does not fail by it.
  concurrency_mode = "PESSIMISTIC"

  # Any minute of the last seven days can be read again (docs/deploy.md, restore).
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"

  # Firestore itself refuses while this is on, whoever asks. Without `deletion_policy`, destroying would only forget
  # the database, and the next installation in this project would find it.
  delete_protection_state = var.delete_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy         = "DELETE"

  dynamic "cmek_config" {
    for_each = local.kms_key[*]
    content {
      kms_key_name = cmek_config.value
    }
  }

  lifecycle {
    precondition {
      condition     = local.kms_key == null || strcontains(coalesce(local.kms_key, "-"), "/locations/${local.kms_location}/")
      error_message = "kms_key must be in ${local.kms_location}, where the database is (${local.location})."
    }
  }

  depends_on = [module.grants]
}

# For what point-in-time recovery does not reach: a database that was deleted, and what is older than a week.
resource "google_firestore_backup_schedule" "daily" {
  project   = var.installation.project
  database  = google_firestore_database.default.name
  retention = "${var.backup_retention_days * 24 * 60 * 60}s"

  daily_recurrence {}
}
