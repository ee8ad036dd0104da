# Two accounts for each team. Nobody runs as them: `exchange` makes tokens of theirs, good for an hour, and gives one
# to each build (docs/decisions/0028 and 0031). An account's id has at most 30 characters and a prefix up to 40, so
# the id has a hash of it; the name that people see says whose it is.
resource "google_service_account" "trusted" {
  for_each = var.teams

  project      = var.installation.project
  account_id   = "bitflow-w-${substr(sha256(each.key), 0, 16)}"
  display_name = "BitFlow: writes images of ${each.key}"
  description  = "Registry credential of trusted builds of the team ${each.key}"
}

resource "google_service_account" "forks" {
  for_each = var.teams

  project      = var.installation.project
  account_id   = "bitflow-f-${substr(sha256(each.key), 0, 16)}"
  display_name = "BitFlow: writes images of forks of ${each.key}"
  description  = "Registry credential of builds of forks, for the team ${each.key}"
}

module "trusted" {
  for_each = var.teams
  source   = "../grants"

  installation = var.installation
  who          = "trusted builds of ${each.key}"
  member       = google_service_account.trusted[each.key].member
  grants = merge({
    staging = {
      kind  = "repository"
      on    = google_artifact_registry_repository.staging[each.key].id
      label = "repository ${each.key}-staging"
      role  = "roles/artifactregistry.writer"
      why   = "pushes the image that was built"
    }
    cache = {
      kind  = "repository"
      on    = google_artifact_registry_repository.cache[each.key].id
      label = "repository ${each.key}-cache"
      role  = "roles/artifactregistry.writer"
      why   = "reads and writes the build cache"
    }
  }, local.base_image_readers)
}

module "forks" {
  for_each = var.teams
  source   = "../grants"

  installation = var.installation
  who          = "builds of forks for ${each.key}"
  member       = google_service_account.forks[each.key].member
  grants = merge({
    staging = {
      kind  = "repository"
      on    = google_artifact_registry_repository.staging[each.key].id
      label = "repository ${each.key}-staging"
      role  = "roles/artifactregistry.writer"
      why   = "pushes the image that was built"
    }
    cache = {
      kind  = "repository"
      on    = google_artifact_registry_repository.cache[each.key].id
      label = "repository ${each.key}-cache"
      role  = "roles/artifactregistry.reader"
      why   = "reads the build cache; what a fork made no other build may take for its own"
    }
  }, local.base_image_readers)
}

locals {
  base_image_readers = {
    for name, upstream in local.upstreams : name => {
      kind  = "repository"
      on    = google_artifact_registry_repository.upstream[name].id
      label = "repository bitflow-${name}"
      role  = "roles/artifactregistry.reader"
      why   = "pulls public base images"
    }
  }
}

# The one place but for the webhook endpoint where everybody may do something, and only for teams that say so: pull
# what they released. What builders push and their caches are nobody else's.
module "public" {
  for_each = { for prefix, team in var.teams : prefix => team if team.public }
  source   = "../grants"

  installation = var.installation
  who          = "everybody"
  member       = "allUsers"
  grants = {
    release = {
      kind  = "repository"
      on    = google_artifact_registry_repository.release[each.key].id
      label = "repository ${each.key}-release"
      role  = "roles/artifactregistry.reader"
      why   = "the team chose public = true"
    }
  }
}

# Cloud Run pulls the planner's image as its service agent.
module "run_agent" {
  source = "../grants"

  installation = var.installation
  who          = "Cloud Run's service agent"
  member       = "serviceAccount:service-${var.installation.project_number}@serverless-robot-prod.iam.gserviceaccount.com"
  grants = {
    service = {
      kind  = "repository"
      on    = google_artifact_registry_repository.service.id
      label = "repository bitflow-service"
      role  = "roles/artifactregistry.reader"
      why   = "pulls the planner's image"
    }
  }
}

# A repository with a key of one's own is made by Artifact Registry's service agent, which must be able to use the key.
module "encryption" {
  count  = var.installation.kms_key == null ? 0 : 1
  source = "../grants"

  installation = var.installation
  who          = "Artifact Registry's service agent"
  member       = "serviceAccount:service-${var.installation.project_number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
  grants = {
    key = {
      kind  = "kms_key"
      on    = var.installation.kms_key
      label = "the installation's key"
      role  = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
      why   = "encrypts images"
    }
  }
}
