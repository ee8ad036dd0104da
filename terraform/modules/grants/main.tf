# Every right that anybody has in the installation is granted here, so that a plan's list of them is whole
# (docs/decisions/0030). One member of one role at a time (`_member`): what others grant on the same resource stays.

locals {
  by_kind = {
    for kind in distinct([for grant in var.grants : grant.kind]) :
    kind => { for key, grant in var.grants : key => grant if grant.kind == kind }
  }
}

resource "google_project_iam_member" "project" {
  for_each = lookup(local.by_kind, "project", {})

  project = var.installation.project
  role    = each.value.role
  member  = var.member

  dynamic "condition" {
    for_each = each.value.condition[*]
    content {
      title      = condition.value.title
      expression = condition.value.expression
    }
  }
}

resource "google_pubsub_topic_iam_member" "topic" {
  #checkov:skip=CKV_GCP_99:allUsers is refused every role that this kind has (variables.tf); it is passed for public images
  for_each = lookup(local.by_kind, "topic", {})

  topic  = each.value.on
  role   = each.value.role
  member = var.member
}

resource "google_pubsub_subscription_iam_member" "subscription" {
  for_each = lookup(local.by_kind, "subscription", {})

  subscription = each.value.on
  role         = each.value.role
  member       = var.member
}

resource "google_secret_manager_secret_iam_member" "secret" {
  for_each = lookup(local.by_kind, "secret", {})

  secret_id = each.value.on
  role      = each.value.role
  member    = var.member
}

resource "google_artifact_registry_repository_iam_member" "repository" {
  #checkov:skip=CKV_GCP_101:allUsers gets roles/artifactregistry.reader alone (variables.tf), for teams that chose public = true
  for_each = lookup(local.by_kind, "repository", {})

  repository = each.value.on
  role       = each.value.role
  member     = var.member
}

resource "google_service_account_iam_member" "service_account" {
  for_each = lookup(local.by_kind, "service_account", {})

  service_account_id = each.value.on
  role               = each.value.role
  member             = var.member
}

resource "google_storage_bucket_iam_member" "bucket" {
  #checkov:skip=CKV_GCP_28:allUsers is refused every role that this kind has (variables.tf); it is passed for public images
  for_each = lookup(local.by_kind, "bucket", {})

  bucket = each.value.on
  role   = each.value.role
  member = var.member
}

resource "google_cloud_run_v2_service_iam_member" "service" {
  for_each = lookup(local.by_kind, "service", {})

  name   = each.value.on
  role   = each.value.role
  member = var.member
}

resource "google_kms_crypto_key_iam_member" "kms_key" {
  #checkov:skip=CKV_GCP_112:allUsers is refused every role that this kind has (variables.tf); it is passed for public images
  for_each = lookup(local.by_kind, "kms_key", {})

  crypto_key_id = each.value.on
  role          = each.value.role
  member        = var.member
}
