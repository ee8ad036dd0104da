output "dashboard" {
  description = "The id of the dashboard."
  value       = google_monitoring_dashboard.this.id
}

output "alerts" {
  description = "Each alert's id, by the name of its section in docs/operate.md."
  value       = { for name, policy in google_monitoring_alert_policy.this : name => policy.id }
}

output "metrics" {
  description = "The types of the metrics that are made from the log."
  value       = [for metric in google_logging_metric.this : "logging.googleapis.com/user/${metric.name}"]
}
