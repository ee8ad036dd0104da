output "scheduler" {
  description = "The account that Cloud Scheduler calls sweep as, as an IAM member."
  value       = "serviceAccount:${local.account}"
}

output "job" {
  description = "The job's name and region, for alerts."
  value       = { name = google_cloud_scheduler_job.sweep.name, region = google_cloud_scheduler_job.sweep.region }
}

output "grants" {
  description = "What was granted here, for docs/iam.md."
  value       = module.speaks_for.grants
}
