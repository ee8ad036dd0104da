# The least that makes an installation: a project and a region. The rest is what `npm run deploy` finds out or builds.

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

  project = "acme-builds"
  region  = "europe-west1"

  project_number = var.project_number
  builder_image  = var.builder_image
  bundles        = var.bundles
}

output "grants" {
  description = "Who may do what."
  value       = module.bitflow.grants
}
