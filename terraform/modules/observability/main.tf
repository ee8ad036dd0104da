locals {
  project = var.installation.project
  # The longest that is told apart: 100 ms · 1.4³⁶ is five hours for times, 1.4³⁶ is 180,000 for counts and seconds.
  buckets = { growth_factor = 1.4, num_finite_buckets = 36 }
}

resource "google_logging_metric" "this" {
  for_each = local.metrics

  project     = local.project
  name        = "bitflow/${each.key}"
  description = "${each.value.description}."
  # A field that is null cannot be measured: its lines are left out, and give no errors.
  filter = join(" AND ", concat(
    ["resource.type=\"cloud_run_revision\"", "jsonPayload.event=\"${each.value.event}\""],
    [for value in [try(each.value.value, null)] : "jsonPayload.${value.field}>=0" if value != null],
  ))
  label_extractors = { for field in each.value.labels : field => "EXTRACT(jsonPayload.${field})" }
  value_extractor  = try("EXTRACT(jsonPayload.${each.value.value.field})", null)

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = can(each.value.value) ? "DISTRIBUTION" : "INT64"
    unit        = try(each.value.value.unit, "1")

    dynamic "labels" {
      for_each = each.value.labels
      content {
        key        = labels.value
        value_type = "STRING"
      }
    }
  }

  dynamic "bucket_options" {
    for_each = can(each.value.value) ? [each.value.value.unit == "ms" ? 100 : 1] : []
    content {
      exponential_buckets {
        growth_factor      = local.buckets.growth_factor
        num_finite_buckets = local.buckets.num_finite_buckets
        scale              = bucket_options.value
      }
    }
  }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  project               = local.project
  display_name          = "BitFlow: ${each.value.title}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = var.notification_channels
  user_labels           = var.installation.labels

  conditions {
    display_name = each.value.title

    condition_prometheus_query_language {
      query               = each.value.query
      duration            = "${each.value.for_s}s"
      evaluation_interval = "60s"
      # The first apply makes metric and alert at once.
      disable_metric_validation = true
    }
  }

  alert_strategy {
    auto_close = "3600s"
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "BitFlow ${local.project}: ${each.value.title}"
    content   = "What it means and what to do: section “${each.key}” of docs/operate.md.\n\nProject ${local.project}."

    dynamic "links" {
      for_each = var.documentation_url == null ? [] : [var.documentation_url]
      content {
        display_name = "What to do"
        url          = "${links.value}#${each.key}"
      }
    }
  }

  depends_on = [google_logging_metric.this]
}

resource "google_monitoring_dashboard" "this" {
  project        = local.project
  dashboard_json = jsonencode(local.dashboard)
}

resource "google_billing_budget" "this" {
  count = var.budget == null ? 0 : 1

  billing_account = var.budget.billing_account
  display_name    = "BitFlow ${local.project}"

  budget_filter {
    projects = ["projects/${var.installation.project_number}"]
  }
  amount {
    specified_amount {
      units = tostring(var.budget.amount)
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1]
    content {
      threshold_percent = threshold_rules.value
    }
  }
  threshold_rules {
    threshold_percent = 1
    spend_basis       = "FORECASTED_SPEND"
  }

  dynamic "all_updates_rule" {
    for_each = length(var.notification_channels) == 0 ? [] : [1]
    content {
      # A budget takes five channels at most, and sends to those that are e-mail. Billing administrators are told anyway.
      monitoring_notification_channels = slice(var.notification_channels, 0, min(5, length(var.notification_channels)))
    }
  }
}
