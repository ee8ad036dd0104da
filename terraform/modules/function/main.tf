locals {
  service = "bitflow-${var.name}"
  labels  = merge(var.installation.labels, { function = var.name })

  env = merge(
    { GOOGLE_CLOUD_PROJECT = var.installation.project },
    { for name, value in var.optional_env : name => value if value != null },
    var.env,
  )
}

# Named by what is in it: an upload of the same bytes changes nothing, and so nothing is deployed again.
resource "google_storage_bucket_object" "bundle" {
  bucket = var.platform.source_bucket
  name   = "functions/${var.name}-${filesha256(var.bundle)}.zip"
  source = var.bundle

  lifecycle {
    # The function is moved to the new one before the old one goes.
    create_before_destroy = true
  }
}

resource "google_cloudfunctions2_function" "function" {
  #checkov:skip=CKV_GCP_124:what builders, git hosts and the gateway call is reached from outside; each module says so, and IAM decides

  project      = var.installation.project
  location     = var.installation.region
  name         = local.service
  description  = var.description
  labels       = local.labels
  kms_key_name = var.installation.kms_key

  build_config {
    runtime = "nodejs24"
    # Google takes letters, digits, underscores and dots in it; so does functions/adapters/http/entry-point.ts.
    entry_point       = replace(var.name, "-", "_")
    docker_repository = var.platform.images_repository
    service_account   = var.platform.build_account

    # Google puts its fixes of the base image under the function without a deployment.
    automatic_update_policy {}

    source {
      storage_source {
        bucket = google_storage_bucket_object.bundle.bucket
        object = google_storage_bucket_object.bundle.name
      }
    }
  }

  service_config {
    service_account_email            = google_service_account.function.email
    available_memory                 = var.memory
    available_cpu                    = tostring(var.cpu)
    max_instance_request_concurrency = var.concurrency
    min_instance_count               = var.min_instances
    max_instance_count               = var.max_instances
    timeout_seconds                  = var.timeout_s
    ingress_settings                 = var.ingress == "internal" ? "ALLOW_INTERNAL_ONLY" : "ALLOW_ALL"
    environment_variables            = local.env
    direct_vpc_egress                = var.network == null ? null : var.network.all_traffic ? "VPC_EGRESS_ALL_TRAFFIC" : "VPC_EGRESS_PRIVATE_RANGES_ONLY"

    dynamic "secret_environment_variables" {
      for_each = var.secrets
      content {
        key        = secret_environment_variables.key
        project_id = var.installation.project
        # The name alone, the last part of projects/PROJECT/secrets/NAME.
        secret  = element(split("/", secret_environment_variables.value), 3)
        version = "latest"
      }
    }

    dynamic "direct_vpc_network_interface" {
      for_each = var.network[*]
      content {
        network    = direct_vpc_network_interface.value.network
        subnetwork = direct_vpc_network_interface.value.subnetwork
      }
    }
  }

  # An instance that may not read its secrets does not start, and then its deployment fails.
  depends_on = [module.secrets]
}
