resource "google_service_account" "scheduler" {
  project      = var.installation.project
  account_id   = "bitflow-scheduler"
  display_name = "BitFlow: Cloud Scheduler's calls of sweep"
}

locals {
  # Written out rather than taken from `email`, so that a plan shows who calls.
  account = "${google_service_account.scheduler.account_id}@${var.installation.project}.iam.gserviceaccount.com"
}

resource "google_cloud_scheduler_job" "sweep" {
  project     = var.installation.project
  region      = coalesce(var.region, var.installation.region)
  name        = "bitflow-sweep"
  description = "Repairs what lost messages left behind"
  schedule    = "* * * * *"
  time_zone   = "Etc/UTC"
  paused      = var.paused

  # As long as the function may take. While one attempt lasts no other begins; given up earlier, it would go on, and
  # the next beside it.
  attempt_deadline = "${var.timeout_s}s"

  # The next minute is the retry. Cloud Scheduler's own would only come between.
  retry_config {
    retry_count = 0
  }

  http_target {
    http_method = "POST"
    uri         = "${var.installation.urls["sweep"]}/"

    oidc_token {
      service_account_email = local.account
      audience              = var.installation.urls["sweep"]
    }
  }

  # Cloud Scheduler checks when a job is made that it may speak for the account.
  depends_on = [module.speaks_for]
}
