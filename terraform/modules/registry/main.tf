locals {
  location = var.installation.region
  root     = "${local.location}-docker.pkg.dev/${var.installation.project}"
  labels   = var.installation.labels
  kms_key  = var.installation.kms_key
  scanning = var.settings.scanning ? "INHERITED" : "DISABLED"

  # What public base images come from. GHCR has nixpacks'.
  upstreams = var.settings.pull_through ? {
    docker-hub = { host = "docker.io", name = "Docker Hub" }
    ghcr       = { host = "ghcr.io", name = "GHCR" }
  } : {}
}

# The service's own images. The builders' accounts may read this one, so it has the builder image and nothing else.
# The functions' images are in another one, which no builder reads.
resource "google_artifact_registry_repository" "service" {
  project       = var.installation.project
  location      = local.location
  repository_id = "bitflow-service"
  description   = "The builder image of BitFlow builds"
  format        = "DOCKER"
  labels        = local.labels
  kms_key_name  = local.kms_key

  cleanup_policy_dry_run = var.settings.cleanup_dry_run

  # What builds run is among these, unless thirty were made since and none was deployed. An older one that somebody
  # goes back to is built again.
  cleanup_policies {
    id     = "recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 30
    }
  }

  cleanup_policies {
    id     = "old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "7776000s"
    }
  }

  vulnerability_scanning_config {
    enablement_config = local.scanning
  }

  depends_on = [module.encryption]
}

resource "google_artifact_registry_repository" "functions" {
  project       = var.installation.project
  location      = local.location
  repository_id = "bitflow-functions"
  description   = "Images of the functions of BitFlow builds, as Cloud Run functions builds them"
  format        = "DOCKER"
  labels        = local.labels
  kms_key_name  = local.kms_key

  cleanup_policy_dry_run = var.settings.cleanup_dry_run

  # Of each function. Cloud Run keeps a copy of what its revisions run; these are for whoever wants to look.
  cleanup_policies {
    id     = "recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 5
    }
  }

  cleanup_policies {
    id     = "old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "2592000s"
    }
  }

  vulnerability_scanning_config {
    enablement_config = local.scanning
  }

  depends_on = [module.encryption]
}

# What builders push. Nothing is deployed from here: a build's image is copied to `release` within minutes.
# Tags are not immutable: a step that Cloud Build repeats pushes its tag again (docs/decisions/0031).
resource "google_artifact_registry_repository" "staging" {
  for_each = var.teams

  project       = var.installation.project
  location      = local.location
  repository_id = "${each.key}-staging"
  description   = "Images of ${each.key} before their release"
  format        = "DOCKER"
  labels        = local.labels
  kms_key_name  = local.kms_key

  cleanup_policy_dry_run = var.settings.cleanup_dry_run

  cleanup_policies {
    id     = "old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "${var.settings.staging_days * 86400}s"
    }
  }

  # Scanned when they are released, once.
  vulnerability_scanning_config {
    enablement_config = "DISABLED"
  }

  depends_on = [module.encryption]
}

resource "google_artifact_registry_repository" "cache" {
  for_each = var.teams

  project       = var.installation.project
  location      = local.location
  repository_id = "${each.key}-cache"
  description   = "Build caches of ${each.key}"
  format        = "DOCKER"
  labels        = local.labels
  kms_key_name  = local.kms_key

  cleanup_policy_dry_run = var.settings.cleanup_dry_run

  # Every build moves the tag of its cache. What it leaves may still be read by a build that began before, for
  # hours at most, and costs as much as the one that took its place.
  cleanup_policies {
    id     = "superseded"
    action = "DELETE"
    condition {
      tag_state  = "UNTAGGED"
      older_than = "86400s"
    }
  }

  # Of repositories that nobody builds any more. One that is still built pays with a build without cache.
  cleanup_policies {
    id     = "old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "${var.settings.cache_days * 86400}s"
    }
  }

  vulnerability_scanning_config {
    enablement_config = "DISABLED"
  }

  depends_on = [module.encryption]
}

# What teams deploy, many of them by digest: an image whose tags moved on may be what runs. So no policy deletes here
# unless it was asked for (docs/decisions/0035); the service deletes what people remove, and images of pull requests.
resource "google_artifact_registry_repository" "release" {
  for_each = var.teams

  project         = var.installation.project
  location        = local.location
  repository_id   = "${each.key}-release"
  description     = "Released images of ${each.key}"
  format          = "DOCKER"
  labels          = local.labels
  kms_key_name    = local.kms_key
  deletion_policy = var.delete_protection ? "PREVENT" : "DELETE"

  cleanup_policy_dry_run = var.settings.cleanup_dry_run

  dynamic "cleanup_policies" {
    for_each = var.settings.release_untagged_days[*]
    content {
      id     = "untagged"
      action = "DELETE"
      condition {
        tag_state  = "UNTAGGED"
        older_than = "${cleanup_policies.value * 86400}s"
      }
    }
  }

  docker_config {
    immutable_tags = var.settings.immutable_tags
  }

  vulnerability_scanning_config {
    enablement_config = local.scanning
  }

  depends_on = [module.encryption]
}

# Pull-through caches: FROM REGION-docker.pkg.dev/PROJECT/bitflow-docker-hub/library/node:24. Docker Hub lets one
# address pull so often, and Cloud Build's addresses are shared with others. Only Dockerfiles that name them use them:
# docs/builders.md, "Base images", says why BuildKit is not told of them.
resource "google_artifact_registry_repository" "upstream" {
  for_each = local.upstreams

  project       = var.installation.project
  location      = local.location
  repository_id = "bitflow-${each.key}"
  description   = "Public images of ${each.value.name}, fetched when they are first asked for"
  format        = "DOCKER"
  mode          = "REMOTE_REPOSITORY"
  labels        = local.labels
  kms_key_name  = local.kms_key

  cleanup_policy_dry_run = var.settings.cleanup_dry_run

  cleanup_policies {
    id     = "old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "${var.settings.cache_days * 86400}s"
    }
  }

  remote_repository_config {
    description = each.value.name

    docker_repository {
      public_repository = each.key == "docker-hub" ? "DOCKER_HUB" : null

      dynamic "custom_repository" {
        for_each = each.key == "docker-hub" ? [] : ["https://${each.value.host}"]
        content {
          uri = custom_repository.value
        }
      }
    }
  }

  # Not ours to mend: what is built on them is scanned when it is released.
  vulnerability_scanning_config {
    enablement_config = "DISABLED"
  }

  depends_on = [module.encryption]
}
