mock_provider "google" {}

variables {
  installation = {
    project        = "acme-builds"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls           = {}
  }
}

run "a_channel_is_a_full_id" {
  command = plan
  variables {
    notification_channels = ["ops@example.com"]
  }
  expect_failures = [var.notification_channels]
}

run "an_age_of_less_than_a_minute_is_never_seen" {
  command = plan
  variables {
    alerts = { oldest_queued_s = 30 }
  }
  expect_failures = [var.alerts]
}

run "a_letter_is_not_looked_at_more_often_than_once_a_minute" {
  command = plan
  variables {
    alerts = { unkept_letter_s = 5 }
  }
  expect_failures = [var.alerts]
}

run "a_rate_is_no_percentage" {
  command = plan
  variables {
    alerts = { failure_rate = 50 }
  }
  expect_failures = [var.alerts]
}

run "a_service_failure_rate_of_nothing_fires_always" {
  command = plan
  variables {
    alerts = { service_failure_rate = 0 }
  }
  expect_failures = [var.alerts]
}

run "builds_are_whole" {
  command = plan
  variables {
    alerts = { failure_rate_min_builds = 0.5 }
  }
  expect_failures = [var.alerts]
}

run "at_least_one_error" {
  command = plan
  variables {
    alerts = { webhook_errors = 0 }
  }
  expect_failures = [var.alerts]
}

run "a_window_that_metrics_are_too_late_for" {
  command = plan
  variables {
    alerts = { failure_rate_window_min = 1 }
  }
  expect_failures = [var.alerts]
}

run "an_absence_of_two_minutes_is_none" {
  command = plan
  variables {
    alerts = { sweep_absent_min = 2 }
  }
  expect_failures = [var.alerts]
}

run "a_billing_account_has_a_shape" {
  command = plan
  variables {
    budget = { billing_account = "billingAccounts/012345-6789AB-CDEF01", amount = 100 }
  }
  expect_failures = [var.budget]
}

run "a_budget_is_whole" {
  command = plan
  variables {
    budget = { billing_account = "012345-6789AB-CDEF01", amount = 0.5 }
  }
  expect_failures = [var.budget]
}

run "documentation_has_an_address" {
  command = plan
  variables {
    documentation_url = "docs/operate.md"
  }
  expect_failures = [var.documentation_url]
}
