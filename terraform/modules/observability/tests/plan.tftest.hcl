mock_provider "google" {}

variables {
  installation = {
    project        = "acme-builds"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = { app = "bitflow" }
    urls           = {}
  }
}

run "metrics_are_made_of_events" {
  command = plan

  assert {
    condition     = google_logging_metric.this["builds_ended"].filter == "resource.type=\"cloud_run_revision\" AND jsonPayload.event=\"build_ended\""
    error_message = "a counter counts the lines of its event"
  }
  assert {
    condition     = google_logging_metric.this["builds_ended"].label_extractors["cause"] == "EXTRACT(jsonPayload.cause)"
    error_message = "a label is a field of the event"
  }
  assert {
    condition     = google_logging_metric.this["builds_ended"].metric_descriptor[0].value_type == "INT64" && length(google_logging_metric.this["builds_ended"].bucket_options) == 0
    error_message = "a counter has no buckets"
  }
  assert {
    condition     = google_logging_metric.this["build_wait"].value_extractor == "EXTRACT(jsonPayload.wait_ms)" && endswith(google_logging_metric.this["build_wait"].filter, "AND jsonPayload.wait_ms>=0")
    error_message = "a distribution leaves out the lines in which its field is null"
  }
  assert {
    condition = alltrue([for name in ["build_wait", "build_duration", "queue_oldest"] :
      google_logging_metric.this[name].metric_descriptor[0].value_type == "DISTRIBUTION" && length(google_logging_metric.this[name].bucket_options) == 1
    ])
    error_message = "times are distributions with buckets"
  }
  assert {
    condition = alltrue([for metric in google_logging_metric.this :
      join(",", sort(keys(metric.label_extractors))) == join(",", sort([for label in metric.metric_descriptor[0].labels : label.key]))
    ])
    error_message = "each label is described and extracted"
  }
}

run "everything_that_is_asked_for_has_an_alert" {
  command = plan

  variables {
    documentation_url = "https://example.com/operate.md"
  }

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.this)) == toset(["dead-letters", "oldest-queued", "failure-rate", "service-failure-rate", "sweep-absent", "webhook-errors"])
    error_message = "an alert is missing"
  }
  assert {
    condition     = alltrue([for policy in google_monitoring_alert_policy.this : policy.conditions[0].condition_prometheus_query_language[0].disable_metric_validation])
    error_message = "a first apply would fail: the metrics are not known yet"
  }
  assert {
    condition     = alltrue([for name, policy in google_monitoring_alert_policy.this : policy.documentation[0].links[0].url == "https://example.com/operate.md#${name}"])
    error_message = "each alert links to its section"
  }
  assert {
    condition     = startswith(google_monitoring_alert_policy.this["sweep-absent"].conditions[0].condition_prometheus_query_language[0].query, "absent_over_time(run_googleapis_com:request_count{")
    error_message = "that there never was a sweep is absence too"
  }
}

run "limits_are_those_that_are_given" {
  command = plan

  variables {
    alerts                = { oldest_queued_s = 300, failure_rate = 0.25, failure_rate_min_builds = 40, failure_rate_window_min = 30, webhook_errors = 2, sweep_absent_min = 40 }
    notification_channels = ["projects/acme-builds/notificationChannels/1"]
  }

  assert {
    condition     = endswith(google_monitoring_alert_policy.this["oldest-queued"].conditions[0].condition_prometheus_query_language[0].query, "> 300")
    error_message = "oldest_queued_s is not used"
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.this["failure-rate"].conditions[0].condition_prometheus_query_language[0].query, "[30m])) > 0.25 and ") && endswith(google_monitoring_alert_policy.this["failure-rate"].conditions[0].condition_prometheus_query_language[0].query, ">= 40")
    error_message = "failure_rate, its window or its least number is not used"
  }
  assert {
    condition     = endswith(google_monitoring_alert_policy.this["webhook-errors"].conditions[0].condition_prometheus_query_language[0].query, ">= 2")
    error_message = "webhook_errors is not used"
  }
  assert {
    condition     = endswith(google_monitoring_alert_policy.this["sweep-absent"].conditions[0].condition_prometheus_query_language[0].query, "[40m])")
    error_message = "sweep_absent_min is not used"
  }
  assert {
    condition     = alltrue([for policy in google_monitoring_alert_policy.this : policy.notification_channels == tolist(["projects/acme-builds/notificationChannels/1"])])
    error_message = "an alert tells nobody"
  }
}

run "without_a_budget_there_is_none" {
  command = plan

  assert {
    condition     = length(google_billing_budget.this) == 0
    error_message = "nobody asked for a budget"
  }
}

run "a_budget_is_of_this_project" {
  command = plan

  variables {
    budget                = { billing_account = "012345-6789AB-CDEF01", amount = 200 }
    notification_channels = [for n in range(6) : "projects/acme-builds/notificationChannels/${n}"]
  }

  assert {
    condition     = google_billing_budget.this[0].budget_filter[0].projects == toset(["projects/123456789012"]) && google_billing_budget.this[0].amount[0].specified_amount[0].units == "200"
    error_message = "the budget is of another project or amount"
  }
  assert {
    condition     = length(google_billing_budget.this[0].all_updates_rule[0].monitoring_notification_channels) == 5
    error_message = "a budget takes five channels at most"
  }
}

run "the_dashboard_has_its_rows" {
  command = plan

  assert {
    condition = [for tile in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles : tile.widget.title if can(tile.widget.sectionHeader)] == [
      "Deliveries", "Queue", "How long builds take", "How builds end", "Cache", "Given up, and repaired", "Registry", "Functions",
    ]
    error_message = "a row is missing"
  }
  assert {
    condition = alltrue([for tile in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles :
      tile.xPos + tile.width <= 48
    ])
    error_message = "a tile sticks out of the grid"
  }
}
