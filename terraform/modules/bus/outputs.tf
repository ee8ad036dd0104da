output "topics" {
  description = "Topic => its full id, for those who publish."
  value       = local.topics
}

output "push" {
  description = "The account that Pub/Sub calls functions as, as an IAM member."
  value       = "serviceAccount:${local.push}"
}

output "subscribers" {
  description = "The functions that are pushed to: those that `push` may call."
  value       = toset([for subscription in local.bus.subscriptions : subscription.to])
}

output "max_delivery_attempts" {
  description = "After how many deliveries a message is given up: MAX_DELIVERY_ATTEMPTS of the functions."
  value       = local.bus.max_delivery_attempts
}

output "subscriptions" {
  description = "The subscriptions' names, for metrics."
  value       = keys(google_pubsub_subscription.this)
}

output "grants" {
  description = "What was granted here, for docs/iam.md."
  value       = concat(module.key.grants, module.speaks_for.grants, module.gives_up.grants, module.notifies.grants)
}
