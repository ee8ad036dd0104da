# What functions are made of and with: where their zips lie, and who builds them.

locals {
  source_bucket = "${var.installation.project}-bitflow-source"
}

resource "google_storage_bucket" "source" {
  #checkov:skip=CKV_GCP_62:nobody reads it but the build; Cloud Storage's audit log has its reads, where that is on

  project                     = var.installation.project
  name                        = local.source_bucket
  location                    = var.installation.region
  labels                      = var.installation.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  # All of it is made from the repository again.
  force_destroy = true

  versioning {
    enabled = true
  }

  # What no function has any more.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      with_state                 = "ARCHIVED"
      days_since_noncurrent_time = 30
    }
  }

  dynamic "encryption" {
    for_each = var.installation.kms_key[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [module.agents]
}

# Cloud Build makes a function's image as this account, and not as the default one of the project, which may do more.
resource "google_service_account" "build" {
  project      = var.installation.project
  account_id   = "bitflow-function-builder"
  display_name = "BitFlow: builds the functions' images"
}
