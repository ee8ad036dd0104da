output "accounts" {
  description = "Whom builds run as: `trusted` branches and `forks`. `email` as identity tokens have it, `name` as Cloud Build and IAM take it."
  value = {
    for trust, account in google_service_account.builder : trust => {
      email  = account.email
      member = account.member
      name   = account.name
    }
  }
  depends_on = [module.builders]
}

# These two are known in a plan, where ids of resources are not: `submit` has a variable and a right more or less by them.
output "logs_bucket" {
  description = "The bucket, by its name, that Cloud Build writes the logs of builds to (LOGS_BUCKET)."
  value       = local.logs_bucket
  depends_on  = [google_storage_bucket.logs, module.builders]
}

output "worker_pool" {
  description = "WORKER_POOL: the private pool's full id; null where there is none. Who creates builds in it needs roles/cloudbuild.workerPoolUser."
  value       = var.worker_pool == null ? null : "projects/${var.installation.project}/locations/${var.installation.region}/workerPools/${local.pool}"
  depends_on  = [google_cloudbuild_worker_pool.pool]
}

output "image_build" {
  description = "What `gcloud builds submit` is told for the builder image: --service-account and --gcs-source-staging-dir."
  value = {
    account    = google_service_account.image.name
    source_dir = "${google_storage_bucket.source.url}/source"
  }
  depends_on = [module.image]
}

output "grants" {
  description = "What this module grants, for docs/iam.md."
  value = concat(
    flatten(values(module.builders)[*].grants),
    module.image.grants,
  )
}
