output "areas" {
  description = "REGISTRY_STAGING, REGISTRY_RELEASE and REGISTRY_CACHE: `host/path`, with the team's prefix for {team}."
  value = {
    for area in ["staging", "release", "cache"] : area => "${local.root}/{team}-${area}"
  }
}

output "teams" {
  description = "TEAMS: the registry prefixes that have repositories."
  value       = keys(var.teams)
  depends_on  = [module.trusted, module.forks]
}

output "team_writers" {
  description = "TEAM_WRITERS: whom the exchange mints a builder's registry credential of, by team."
  value = {
    for prefix in keys(var.teams) : prefix => {
      trusted = google_service_account.trusted[prefix].email
      forks   = google_service_account.forks[prefix].email
    }
  }
  depends_on = [module.trusted, module.forks]
}

output "repositories" {
  description = "Each team's repositories by their full ids, for grants: team => staging, release and cache."
  value = {
    for prefix in keys(var.teams) : prefix => {
      staging = google_artifact_registry_repository.staging[prefix].id
      release = google_artifact_registry_repository.release[prefix].id
      cache   = google_artifact_registry_repository.cache[prefix].id
    }
  }
}

output "service_repository" {
  description = "The repository of the builder image: its full id, and the `host/path` below which images are."
  value = {
    id   = google_artifact_registry_repository.service.id
    path = "${local.root}/${google_artifact_registry_repository.service.repository_id}"
  }
  depends_on = [module.run_agent]
}

output "functions_repository" {
  description = "The full id of the repository that Cloud Run functions keeps the functions' images in."
  value       = google_artifact_registry_repository.functions.id
}

output "base_images" {
  description = "The pull-through caches: registry => the `host/path` that stands for it. Empty where there are none."
  value       = { for name, repository in google_artifact_registry_repository.upstream : local.upstreams[name].host => "${local.root}/${repository.repository_id}" }
}

output "grants" {
  description = "What this module grants, for docs/iam.md."
  value = concat(
    flatten(values(module.trusted)[*].grants),
    flatten(values(module.forks)[*].grants),
    flatten(values(module.public)[*].grants),
    module.run_agent.grants,
    flatten(module.encryption[*].grants),
  )
}
