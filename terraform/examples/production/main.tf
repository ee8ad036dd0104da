# An installation with all that there is: several teams, builds on machines of its own without addresses of theirs, one
# fixed address for git hosts' allow lists, keys of its own, a GitHub App, people who are told.

terraform {
  required_version = ">= 1.11"
}

variable "builder_image" {
  description = "The builder image by digest, as `npm run deploy` builds it."
  type        = string
  nullable    = false
}

variable "project_number" {
  description = "The project's number, as `npm run deploy` finds it."
  type        = string
  nullable    = false
}

variable "bundles" {
  description = "The folder that `npm run bundle` writes."
  type        = string
  nullable    = false
}

module "bitflow" {
  source = "../.."

  project        = "acme-builds"
  project_number = var.project_number
  region         = "europe-west1"
  builder_image  = var.builder_image
  bundles        = var.bundles
  labels         = { environment = "production" }

  teams = {
    acme      = {}
    open-data = { public = true }
  }
  first_team = { id = "acme", name = "Acme", admin = "ada@acme.example" }

  pool_capacity = 20
  worker_pool   = { machine_type = "e2-standard-8", disk_gb = 200, internet = false }
  network       = { addresses = 2, egress_ports = [80, 443, 8443] }

  sign_in = {
    google = { client_id = "123456789012-abc123.apps.googleusercontent.com", secret = "sign-in-google" }
    github = { client_id = "Ov23liAbCdEfGhIjKlMn", secret = "sign-in-github" }
  }
  google_id_audiences = ["123456789012-cli456.apps.googleusercontent.com"]

  github_app_id = "123456"
  github_token  = true
  hosts = {
    github_url     = "https://github.acme.example"
    github_api_url = "https://github.acme.example/api/v3"
    gitlab_url     = "https://gitlab.acme.example"
    gitlab_api_url = "https://gitlab.acme.example/api/v4"
    gitee_url      = "https://gitee.com"
    gitee_api_url  = "https://gitee.com/api/v5"
  }
  private_hosts = { git = ["git.internal:8443"], registries = ["registry.internal:443"] }

  registry = { release_untagged_days = 400, scanning = true }
  limits = {
    requests_per_minute        = 2400
    failed_sign_ins_per_minute = 30
    sign_ins_per_minute        = 30
    trusted_proxies            = 2
    image_bytes                = 21474836480
    log_bytes                  = 20971520
  }

  kms_key               = "projects/acme-keys/locations/europe-west1/keyRings/builds/cryptoKeys/builds"
  notification_channels = ["projects/acme-builds/notificationChannels/1234567890"]
  budget                = { billing_account = "012345-6789AB-CDEF01", amount = 500 }
  public_url            = "https://builds.acme.example"
}

output "grants" {
  description = "Who may do what: docs/iam.md is made of it."
  value       = module.bitflow.grants
}
