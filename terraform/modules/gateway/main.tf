locals {
  # Read and written again, so that what is no JSON fails here, and white space alone makes no new config.
  document = jsonencode(jsondecode(templatefile(var.document, {
    api_url      = var.installation.urls["api"]
    callback_url = var.installation.urls["callback"]
  })))
}

# Whom the gateway's calls come from. `api` and `callback` let in nobody else (their modules' `invokers`), so it needs
# no other right.
resource "google_service_account" "gateway" {
  project      = var.installation.project
  account_id   = "bitflow-gateway"
  display_name = "BitFlow: the API's gateway"
}

resource "google_api_gateway_api" "api" {
  provider = google-beta

  project      = var.installation.project
  api_id       = "bitflow"
  display_name = "BitFlow builds"
  labels       = var.installation.labels
}

# A config never changes: another document is another config, which must be there before the gateway leaves the old.
resource "google_api_gateway_api_config" "config" {
  provider = google-beta

  project              = var.installation.project
  api                  = google_api_gateway_api.api.api_id
  api_config_id_prefix = "bitflow-"
  display_name         = "BitFlow builds"
  labels               = var.installation.labels

  openapi_documents {
    document {
      path     = "gateway.json"
      contents = base64encode(local.document)
    }
  }

  gateway_config {
    backend_config {
      google_service_account = google_service_account.gateway.email
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_api_gateway_gateway" "gateway" {
  provider = google-beta

  project      = var.installation.project
  region       = var.region
  gateway_id   = "bitflow"
  display_name = "BitFlow builds"
  api_config   = google_api_gateway_api_config.config.id
  labels       = var.installation.labels
}
