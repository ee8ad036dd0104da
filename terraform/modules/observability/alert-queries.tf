# Each alert is one PromQL query that is true while something is wrong. PromQL, because a condition on a filter is
# refused while its metric is not known yet, which takes up to ten minutes after a first apply; and because a filter on
# absence is silent where there never was anything (docs/decisions/0032).
locals {
  window = "${var.alerts.failure_rate_window_min}m"
  ended  = "sum(increase(${local.own.builds_ended}{${local.ours},status!=\"cancelled\",cause!=\"approval_timeout\"}[${local.window}]))"
  enough = "${local.ended} >= ${var.alerts.failure_rate_min_builds}"

  alerts = {
    dead-letters = {
      title    = "A message was given up"
      severity = "ERROR"
      for_s    = 0
      query = join(" or ", [
        "sum(increase(${local.own.dead_letters}{${local.ours}}[10m])) > 0",
        "max(max_over_time(${local.google.oldest_unacked}{${local.here.oldest_unacked},subscription_id=\"dead-letters-to-dead-letters\"}[5m])) > ${var.alerts.unkept_letter_s}",
      ])
    }
    oldest-queued = {
      title    = "A build waits for longer than ${var.alerts.oldest_queued_s} s"
      severity = "WARNING"
      for_s    = 120
      query    = "sum(increase(${local.own.queue_oldest}_sum{${local.ours}}[5m])) / sum(increase(${local.own.queue_oldest}_count{${local.ours}}[5m])) > ${var.alerts.oldest_queued_s}"
    }
    failure-rate = {
      title    = "More than ${var.alerts.failure_rate * 100} % of builds are no success"
      severity = "WARNING"
      for_s    = 0
      query    = "sum(increase(${local.own.builds_ended}{${local.ours},status=~\"failed|timed_out|expired\",cause!=\"approval_timeout\"}[${local.window}])) / ${local.ended} > ${var.alerts.failure_rate} and ${local.enough}"
    }
    service-failure-rate = {
      title    = "More than ${var.alerts.service_failure_rate * 100} % of builds fail by a fault that is not theirs"
      severity = "ERROR"
      for_s    = 0
      query    = "sum(increase(${local.own.builds_ended}{${local.ours},fault=\"service\"}[${local.window}])) / ${local.ended} > ${var.alerts.service_failure_rate} and ${local.enough}"
    }
    sweep-absent = {
      title    = "No sweep for ${var.alerts.sweep_absent_min} minutes"
      severity = "CRITICAL"
      # A new installation has a first sweep within this time.
      for_s = 300
      query = "absent_over_time(${local.google.request_count}{${local.here.request_count},service_name=\"bitflow-sweep\",response_code_class=\"2xx\"}[${var.alerts.sweep_absent_min}m])"
    }
    webhook-errors = {
      title    = "Git hosts are answered with errors"
      severity = "CRITICAL"
      for_s    = 0
      query    = "sum(increase(${local.google.request_count}{${local.here.request_count},service_name=\"bitflow-webhooks\",response_code_class=\"5xx\"}[5m])) >= ${var.alerts.webhook_errors}"
    }
  }
}
