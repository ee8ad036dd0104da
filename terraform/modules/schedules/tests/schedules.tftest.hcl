mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls           = { sweep = "https://bitflow-sweep-123456789012.europe-west1.run.app" }
  }
  scheduler_agent = "serviceAccount:service-123456789012@gcp-sa-cloudscheduler.iam.gserviceaccount.com"
  timeout_s       = 540
}

run "every_minute" {
  command = plan

  assert {
    condition     = google_cloud_scheduler_job.sweep.schedule == "* * * * *" && google_cloud_scheduler_job.sweep.paused == false
    error_message = "sweep comes every minute"
  }
  assert {
    condition     = google_cloud_scheduler_job.sweep.region == "europe-west1"
    error_message = "the job is in the installation's region unless told otherwise"
  }
  assert {
    condition     = google_cloud_scheduler_job.sweep.http_target[0].http_method == "POST" && google_cloud_scheduler_job.sweep.http_target[0].uri == "${var.installation.urls["sweep"]}/"
    error_message = "it calls the function sweep"
  }
  assert {
    condition     = google_cloud_scheduler_job.sweep.http_target[0].oidc_token[0].audience == var.installation.urls["sweep"]
    error_message = "the audience is the address without its path: Cloud Run takes no other"
  }
  assert {
    condition     = "serviceAccount:${google_cloud_scheduler_job.sweep.http_target[0].oidc_token[0].service_account_email}" == output.scheduler && output.scheduler == "serviceAccount:bitflow-scheduler@demo-project.iam.gserviceaccount.com"
    error_message = "it calls as an account of its own, the one that is told to who lets it in"
  }
  assert {
    condition     = google_cloud_scheduler_job.sweep.attempt_deadline == "540s" && google_cloud_scheduler_job.sweep.retry_config[0].retry_count == 0
    error_message = "an answer is waited for as long as sweep may take, and the next minute is the retry"
  }
  assert {
    condition     = [for grant in output.grants : "${grant.who}: ${grant.label}: ${grant.role}"] == ["Cloud Scheduler's agent: account bitflow-scheduler: roles/iam.serviceAccountOpenIdTokenCreator"]
    error_message = "Cloud Scheduler's agent may sign as this account, and nothing else"
  }
}

run "in_another_region" {
  command = plan
  variables {
    region = "southamerica-east1"
    paused = true
  }
  assert {
    condition     = output.job.region == "southamerica-east1" && google_cloud_scheduler_job.sweep.paused
    error_message = "the job may be elsewhere, and stand still"
  }
}

run "a_region_that_is_none" {
  command = plan
  variables {
    region = "eu"
  }
  expect_failures = [var.region]
}

run "longer_than_it_waits" {
  command = plan
  variables {
    timeout_s = 3600
  }
  expect_failures = [var.timeout_s]
}
