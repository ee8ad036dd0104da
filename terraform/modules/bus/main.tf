# How the functions wake each other (docs/queue.md, docs/dead-letters.md). Which topics and subscriptions there are is
# bus.json: a unit test holds it and functions/core/messages.ts equal.

locals {
  bus = jsondecode(file("${path.module}/bus.json"))

  # Whose messages are given up. What cannot be kept as a dead letter comes again until it is (docs/decisions/0010).
  given_up = { for name, subscription in local.bus.subscriptions : name => subscription if subscription.topic != "dead-letters" }

  # Written out of names rather than taken from `id` and `email`, so that a plan shows who calls what.
  topics        = { for name, topic in google_pubsub_topic.this : name => "projects/${var.installation.project}/topics/${topic.name}" }
  subscriptions = { for name, subscription in google_pubsub_subscription.this : name => "projects/${var.installation.project}/subscriptions/${subscription.name}" }
  push          = "${google_service_account.push.account_id}@${var.installation.project}.iam.gserviceaccount.com"
}

resource "google_pubsub_topic" "this" {
  for_each = toset(local.bus.topics)

  project      = var.installation.project
  name         = each.key
  labels       = var.installation.labels
  kms_key_name = var.installation.kms_key

  dynamic "message_storage_policy" {
    for_each = length(var.storage_regions) > 0 ? ["given"] : []
    content {
      allowed_persistence_regions = var.storage_regions
    }
  }

  depends_on = [module.key]
}

# Whom Pub/Sub says it is when it calls a function. It may do nothing but that.
resource "google_service_account" "push" {
  project      = var.installation.project
  account_id   = "bitflow-push"
  display_name = "BitFlow: Pub/Sub's calls of functions"
}

resource "google_pubsub_subscription" "this" {
  for_each = local.bus.subscriptions

  project = var.installation.project
  name    = each.key
  topic   = local.topics[each.value.topic]
  labels  = var.installation.labels

  # Promotion copies images: as long as a handler may take, and as Pub/Sub waits at most.
  ack_deadline_seconds       = 600
  message_retention_duration = "${7 * 24 * 60 * 60}s"

  # The body is Pub/Sub's envelope, never the message alone (`no_wrapper`): the name of the subscription in it is how
  # a function tells builders' events from what others publish (docs/decisions/0008).
  push_config {
    push_endpoint = "${var.installation.urls[each.value.to]}/"

    oidc_token {
      service_account_email = local.push
      audience              = var.installation.urls[each.value.to]
    }
  }

  retry_policy {
    minimum_backoff = "1s"
    maximum_backoff = "60s"
  }

  dynamic "dead_letter_policy" {
    for_each = contains(keys(local.given_up), each.key) ? ["given up"] : []
    content {
      dead_letter_topic     = local.topics["dead-letters"]
      max_delivery_attempts = local.bus.max_delivery_attempts
    }
  }

  # Never. Else a subscription that nothing came through for 31 days is gone, and all that is published after.
  expiration_policy {
    ttl = ""
  }

  # Pub/Sub checks when a subscription is made that it may speak for the push account.
  depends_on = [module.speaks_for]
}
