# The APIs that the installation needs, each with what for. Not among them: Eventarc (functions are called by push
# subscriptions over HTTP, docs/decisions/0008), Firebase, Compute Engine unless there is a network. Enabling needs
# Service Usage, and reading the project Resource Manager: those two are on before the first plan (docs/deploy.md).

locals {
  always = {
    "apigateway.googleapis.com"           = "the gateway before `api` and `callback`"
    "artifactregistry.googleapis.com"     = "the teams' images, and those that functions are built into"
    "cloudbuild.googleapis.com"           = "the builds, and building the functions"
    "cloudfunctions.googleapis.com"       = "the functions"
    "cloudresourcemanager.googleapis.com" = "reading the project, and what is granted on it"
    "cloudscheduler.googleapis.com"       = "`sweep` every minute"
    "firestore.googleapis.com"            = "the store"
    "iam.googleapis.com"                  = "service accounts and roles"
    "iamcredentials.googleapis.com"       = "registry credentials of one build, which `exchange` mints"
    "identitytoolkit.googleapis.com"      = "people who sign in"
    "logging.googleapis.com"              = "logs, and the metrics made of them"
    "monitoring.googleapis.com"           = "the dashboard and the alerts"
    "pubsub.googleapis.com"               = "the messages between functions"
    "run.googleapis.com"                  = "what functions and the planner run on"
    "secretmanager.googleapis.com"        = "the keys of the service, and the teams' secrets"
    "servicecontrol.googleapis.com"       = "the gateway asks it for each call"
    "servicemanagement.googleapis.com"    = "the gateway's document is a managed service"
    "storage.googleapis.com"              = "the functions' sources, the builds' logs, Terraform's state"
  }
  services = merge(
    local.always,
    var.scanning ? { "containerscanning.googleapis.com" = "looking for known vulnerabilities in pushed images" } : {},
    var.budget ? { "billingbudgets.googleapis.com" = "the budget" } : {},
    var.network ? { "compute.googleapis.com" = "the network, its address and its way out" } : {},
  )

  # Google's own accounts in this project that get rights, or that resources name. Their names are in
  # https://cloud.google.com/iam/docs/service-agents.
  agents = {
    artifactregistry = "gcp-sa-artifactregistry"
    cloudbuild       = "gcp-sa-cloudbuild"
    cloudfunctions   = "gcf-admin-robot"
    cloudscheduler   = "gcp-sa-cloudscheduler"
    firestore        = "gcp-sa-firestore"
    pubsub           = "gcp-sa-pubsub"
    run              = "serverless-robot-prod"
    secretmanager    = "gcp-sa-secretmanager"
  }

  # Of these, who comes into being at the first use only, which may be after the first grant. The others come with
  # their API; Firestore's is needed with a key only.
  late = toset(concat(
    ["artifactregistry", "cloudbuild", "pubsub", "secretmanager"],
    var.installation.kms_key == null ? [] : ["firestore"],
  ))
}

resource "google_project_service" "this" {
  for_each = local.services

  project = var.installation.project
  service = each.key

  # Something else in the project may use it, and data may go with it.
  disable_on_destroy = false
}

resource "google_project_service_identity" "agent" {
  for_each = local.late
  provider = google-beta

  project = var.installation.project
  service = google_project_service.this["${each.key}.googleapis.com"].service
}
