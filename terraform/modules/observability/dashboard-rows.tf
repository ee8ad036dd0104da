# The dashboard, row by row: a row has one, two or three charts side by side, a chart one or more queries. The console
# puts the width of a point of the chart in place of ${__interval}.
locals {
  step = "$${__interval}"

  rate_of = { for name, query in local.own : name => "increase(${query}{${local.ours}}[${local.step}])" }
  mean_of = { for name in ["queue_queued", "queue_running", "queue_oldest"] :
    name => "sum by (pool) (increase(${local.own[name]}_sum{${local.ours}}[${local.step}])) / sum by (pool) (increase(${local.own[name]}_count{${local.ours}}[${local.step}]))"
  }
  quantiles_of = { for name in ["build_wait", "build_duration"] :
    name => [for q in ["0.5", "0.95"] : {
      legend = "p${q * 100}"
      query  = "histogram_quantile(${q}, sum by (le) (increase(${local.own[name]}_bucket{${local.ours}}[${local.step}])))"
    }]
  }
  requests = "${local.here.request_count},service_name=~\"bitflow-.+\""

  rows = [
    {
      title = "Deliveries"
      charts = [
        { title = "Received, by host", unit = "", queries = [
          { legend = "$${platform}", query = "sum by (platform) (${local.rate_of.deliveries})" },
        ] },
        { title = "Decided", unit = "", queries = [
          { legend = "$${verdict}", query = "sum by (verdict) (${local.rate_of.deliveries_decided})" },
        ] },
        { title = "Answers of webhooks", unit = "", queries = [
          { legend = "$${response_code_class}", query = "sum by (response_code_class) (increase(${local.google.request_count}{${local.here.request_count},service_name=\"bitflow-webhooks\"}[${local.step}]))" },
        ] },
      ]
    },
    {
      title = "Queue"
      charts = [
        { title = "Builds that wait and run", unit = "", queries = [
          { legend = "waiting", query = local.mean_of.queue_queued },
          { legend = "running", query = local.mean_of.queue_running },
        ] },
        { title = "Age of the oldest that waits", unit = "s", queries = [
          { legend = "$${pool}", query = local.mean_of.queue_oldest },
        ] },
        { title = "Oldest message not acknowledged", unit = "s", queries = [
          { legend = "$${subscription_id}", query = "max by (subscription_id) (max_over_time(${local.google.oldest_unacked}{${local.here.oldest_unacked}}[${local.step}]))" },
        ] },
      ]
    },
    {
      title = "How long builds take"
      charts = [
        { title = "Waiting for a slot", unit = "ms", queries = local.quantiles_of.build_wait },
        { title = "From the slot to the end", unit = "ms", queries = local.quantiles_of.build_duration },
      ]
    },
    {
      title = "How builds end"
      charts = [
        { title = "Ended, by status", unit = "", queries = [
          { legend = "$${status}", query = "sum by (status) (${local.rate_of.builds_ended})" },
        ] },
        { title = "Success, of those that nobody cancelled", unit = "", queries = [
          { legend = "success", query = "sum(increase(${local.own.builds_ended}{${local.ours},status=\"succeeded\"}[${local.step}])) / sum(increase(${local.own.builds_ended}{${local.ours},status!=\"cancelled\",cause!=\"approval_timeout\"}[${local.step}]))" },
        ] },
        { title = "Failures, by cause", unit = "", queries = [
          { legend = "$${fault}: $${cause}", query = "sum by (fault, cause) (increase(${local.own.builds_ended}{${local.ours},status=~\"failed|timed_out|expired\"}[${local.step}]))" },
        ] },
      ]
    },
    {
      title = "Cache"
      charts = [
        { title = "Successes, by how much a cache had", unit = "", queries = [
          { legend = "$${cache}", query = "sum by (cache) (increase(${local.own.builds_ended}{${local.ours},status=\"succeeded\"}[${local.step}]))" },
        ] },
        { title = "Successes that a cache helped", unit = "", queries = [
          { legend = "hit or partial", query = "sum(increase(${local.own.builds_ended}{${local.ours},status=\"succeeded\",cache=~\"hit|partial\"}[${local.step}])) / sum(increase(${local.own.builds_ended}{${local.ours},status=\"succeeded\",cache!~\"off|unknown\"}[${local.step}]))" },
        ] },
      ]
    },
    {
      title = "Given up, and repaired"
      charts = [
        { title = "Dead letters kept", unit = "", queries = [
          { legend = "$${topic} of $${function}", query = "sum by (topic, function) (${local.rate_of.dead_letters})" },
        ] },
        { title = "Forwarded by Pub/Sub itself", unit = "", queries = [
          { legend = "$${subscription_id}", query = "sum by (subscription_id) (increase(${local.google.forwarded_letters}{${local.here.forwarded_letters}}[${local.step}]))" },
        ] },
        { title = "Sweep", unit = "", queries = [
          { legend = "repaired", query = "sum(increase(${local.own.sweep_repaired}_sum{${local.ours}}[${local.step}]))" },
          { legend = "failed", query = "sum(increase(${local.own.sweep_failures}_sum{${local.ours}}[${local.step}]))" },
        ] },
      ]
    },
    {
      title = "Registry"
      charts = [
        { title = "Stored, by repository", unit = "By", queries = [
          { legend = "$${repository_id}", query = "sum by (repository_id) (${local.google.repository_size}{${local.here.repository_size}})" },
        ] },
        { title = "Reports to git hosts", unit = "", queries = [
          { legend = "$${outcome}", query = "sum by (outcome) (${local.rate_of.reports})" },
        ] },
        { title = "Builds created, by origin", unit = "", queries = [
          { legend = "$${origin}", query = "sum by (origin) (${local.rate_of.builds_created})" },
        ] },
      ]
    },
    {
      title = "Functions"
      charts = [
        { title = "Errors", unit = "", queries = [
          { legend = "$${service_name}", query = "sum by (service_name) (increase(${local.google.request_count}{${local.requests},response_code_class=\"5xx\"}[${local.step}]))" },
        ] },
        { title = "Latency, p95", unit = "ms", queries = [
          { legend = "$${service_name}", query = "histogram_quantile(0.95, sum by (le, service_name) (increase(${local.google.request_latencies}_bucket{${local.here.request_latencies},service_name=~\"bitflow-.+\"}[${local.step}])))" },
        ] },
        { title = "Instances", unit = "", queries = [
          { legend = "$${service_name}", query = "sum by (service_name) (max_over_time(${local.google.instance_count}{${local.here.instance_count},service_name=~\"bitflow-.+\"}[${local.step}]))" },
        ] },
      ]
    },
  ]
}
