locals {
  logs_bucket = "${var.installation.project}-bitflow-build-logs"
  pool        = "bitflow"
}

# Two accounts, so that Cloud Build, IAM and every audit log tell a fork's build from one of the team's own. What they
# may do is the same, and very little: their images and caches are written with a credential that the exchange mints
# for the one build (modules/registry). What the code that runs beside them could do with it: docs/decisions/0031.
resource "google_service_account" "builder" {
  for_each = {
    trusted = { id = "bitflow-builder", runs = "builds of branches, tags and requests that a team trusts" }
    forks   = { id = "bitflow-fork-builder", runs = "builds of forks" }
  }

  project      = var.installation.project
  account_id   = each.value.id
  display_name = "BitFlow: ${each.value.runs}"
}

# Makes the builder image itself, from what a deployment uploads.
resource "google_service_account" "image" {
  project      = var.installation.project
  account_id   = "bitflow-image-builder"
  display_name = "BitFlow: makes the builder image"
}

resource "google_storage_bucket" "logs" {
  #checkov:skip=CKV_GCP_62:access logs of a bucket of logs; Cloud Audit Logs has them where Data Access is on
  #checkov:skip=CKV_GCP_78:a version of a log that is being written is no use to anybody, and the 30 days would not hold
  project                     = var.installation.project
  name                        = local.logs_bucket
  location                    = var.installation.region
  labels                      = var.installation.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  # The logs that people see are in Firestore; these are Cloud Build's own, for whoever operates the installation.
  force_destroy = true

  # No retention policy: Cloud Build writes a log's object again and again while the build runs.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = var.log_days
    }
  }

  dynamic "encryption" {
    for_each = var.installation.kms_key[*]
    content {
      default_kms_key_name = encryption.value
    }
  }
}

resource "google_storage_bucket" "source" {
  #checkov:skip=CKV_GCP_62:nobody but a deployment and the build that it starts reads here
  #checkov:skip=CKV_GCP_78:each upload has a name of its own, and is read once
  project                     = var.installation.project
  name                        = "${var.installation.project}-bitflow-image-source"
  location                    = var.installation.region
  labels                      = var.installation.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = 7
    }
  }

  dynamic "encryption" {
    for_each = var.installation.kms_key[*]
    content {
      default_kms_key_name = encryption.value
    }
  }
}

resource "google_cloudbuild_worker_pool" "pool" {
  #checkov:skip=CKV_GCP_86:whether its machines reach the internet is the operator's choice: most builds fetch packages
  count = var.worker_pool == null ? 0 : 1

  project  = var.installation.project
  name     = local.pool
  location = var.installation.region

  worker_config {
    machine_type   = var.worker_pool.machine_type
    disk_size_gb   = var.worker_pool.disk_gb
    no_external_ip = !var.worker_pool.internet
  }

  dynamic "network_config" {
    for_each = var.worker_pool.peered_network[*]
    content {
      peered_network = network_config.value
    }
  }

  dynamic "private_service_connect" {
    for_each = var.network[*]
    content {
      network_attachment = private_service_connect.value.attachment
      # Else only private addresses would be reached through it, and git hosts would see an address of Google's.
      route_all_traffic = true
    }
  }
}
