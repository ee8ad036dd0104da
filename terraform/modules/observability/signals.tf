# What there is to look at. Each of our own metrics is one event of the log (functions/core/domain-events.ts) and is
# named once, in metrics.json; a test holds its fields against the event's schema. What Google measures already is
# taken from there (platform-metrics.json; cloud.google.com/monitoring/api/metrics_gcp).
locals {
  metrics  = jsondecode(file("${path.module}/metrics.json"))
  platform = jsondecode(file("${path.module}/platform-metrics.json"))

  # PromQL calls a metric by its type: the first slash is a colon, everything else that is no letter, digit or
  # underscore an underscore (cloud.google.com/monitoring/promql/promql-mapping). Queries name metrics through these
  # maps, so that one that there is not fails the plan.
  own = { for name, _ in local.metrics : name => "logging_googleapis_com:user_bitflow_${name}" }
  google = { for name, metric in local.platform :
    name => replace(replace(metric.type, "/^([^/]+)[/]/", "$1:"), "/[^A-Za-z0-9_:]/", "_")
  }

  # A log-based metric has the resource of its log lines; functions of the second generation log as Cloud Run does.
  ours = "monitored_resource=\"cloud_run_revision\""
  here = { for name, metric in local.platform : name => "monitored_resource=\"${metric.resource}\"" }
}
