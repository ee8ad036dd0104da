mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = { env = "test" }
    urls = {
      intake       = "https://bitflow-intake-123456789012.europe-west1.run.app"
      submit       = "https://bitflow-submit-123456789012.europe-west1.run.app"
      record       = "https://bitflow-record-123456789012.europe-west1.run.app"
      logs         = "https://bitflow-logs-123456789012.europe-west1.run.app"
      report       = "https://bitflow-report-123456789012.europe-west1.run.app"
      dead-letters = "https://bitflow-dead-letters-123456789012.europe-west1.run.app"
    }
  }
  agents = {
    pubsub     = "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    cloudbuild = "serviceAccount:service-123456789012@gcp-sa-cloudbuild.iam.gserviceaccount.com"
  }
}

# Both directions: what is in the plan is what bus.json says, which a unit test holds equal to functions/core/messages.ts.
run "the_topics_and_subscriptions" {
  command = plan

  assert {
    condition     = toset([for topic in values(google_pubsub_topic.this) : topic.name]) == toset(jsondecode(file("bus.json")).topics)
    error_message = "the topics are those of bus.json"
  }
  assert {
    condition     = toset([for subscription in values(google_pubsub_subscription.this) : subscription.name]) == toset(keys(jsondecode(file("bus.json")).subscriptions))
    error_message = "the subscriptions are those of bus.json"
  }
  assert {
    condition     = alltrue([for name, subscription in google_pubsub_subscription.this : subscription.topic == "projects/demo-project/topics/${split("-to-", name)[0]}"])
    error_message = "a subscription is of the topic that its name says"
  }
}

run "every_subscription" {
  command = plan

  assert {
    condition = alltrue([for name, subscription in google_pubsub_subscription.this :
      subscription.push_config[0].push_endpoint == "${var.installation.urls[split("-to-", name)[1]]}/"
    ])
    error_message = "a subscription pushes to the function that its name says"
  }
  assert {
    condition = alltrue([for subscription in values(google_pubsub_subscription.this) :
      "${subscription.push_config[0].oidc_token[0].audience}/" == subscription.push_config[0].push_endpoint
    ])
    error_message = "the audience is the endpoint without its path: Cloud Run takes no other"
  }
  assert {
    condition = alltrue([for subscription in values(google_pubsub_subscription.this) :
      subscription.push_config[0].oidc_token[0].service_account_email == "bitflow-push@demo-project.iam.gserviceaccount.com"
    ])
    error_message = "Pub/Sub calls as the push account"
  }
  assert {
    condition     = alltrue([for subscription in values(google_pubsub_subscription.this) : length(subscription.push_config[0].no_wrapper) == 0])
    error_message = "the functions read the envelope: which topic a message came through is in it alone"
  }
  assert {
    condition     = alltrue([for subscription in values(google_pubsub_subscription.this) : subscription.expiration_policy[0].ttl == ""])
    error_message = "a subscription that nothing comes through for a month must not go"
  }
  assert {
    condition     = alltrue([for subscription in values(google_pubsub_subscription.this) : subscription.retry_policy[0].minimum_backoff == "1s" && subscription.retry_policy[0].maximum_backoff == "60s"])
    error_message = "what fails is tried again after 1 to 60 s"
  }
  assert {
    condition     = alltrue([for subscription in values(google_pubsub_subscription.this) : subscription.ack_deadline_seconds == 600 && subscription.message_retention_duration == "604800s"])
    error_message = "a handler has ten minutes, a message a week"
  }
  assert {
    condition = alltrue([for name, subscription in google_pubsub_subscription.this :
      name == "dead-letters-to-dead-letters" ? length(subscription.dead_letter_policy) == 0 : (
        subscription.dead_letter_policy[0].max_delivery_attempts == 20 &&
        subscription.dead_letter_policy[0].dead_letter_topic == "projects/demo-project/topics/dead-letters"
      )
    ])
    error_message = "every message is given up after 20 deliveries, but dead letters, which come again until they are kept"
  }
  assert {
    condition     = contains(keys(google_pubsub_subscription.this), "dead-letters-to-dead-letters")
    error_message = "a message that is forwarded to a topic without a subscription is lost"
  }
  assert {
    condition     = alltrue([for topic in values(google_pubsub_topic.this) : length(topic.message_storage_policy) == 0 && topic.kms_key_name == null])
    error_message = "regions and keys are for who asks for them"
  }
  assert {
    condition     = output.push == "serviceAccount:bitflow-push@demo-project.iam.gserviceaccount.com" && output.max_delivery_attempts == 20
    error_message = "who calls the functions, and how often, is told to them"
  }
  assert {
    condition     = output.topics["build-events"] == "projects/demo-project/topics/build-events" && length(output.topics) == 7
    error_message = "topics are told by their full ids"
  }
}

run "the_agents_rights" {
  command = plan

  assert {
    condition = toset([for grant in output.grants : "${grant.label}: ${grant.role}" if grant.who == "Pub/Sub's agent"]) == toset(concat(
      ["account bitflow-push: roles/iam.serviceAccountOpenIdTokenCreator", "topic dead-letters: roles/pubsub.publisher"],
      [for name in keys(google_pubsub_subscription.this) : "subscription ${name}: roles/pubsub.subscriber" if name != "dead-letters-to-dead-letters"],
    ))
    error_message = "Pub/Sub's agent may sign as the push account, publish dead letters, and take messages off each subscription that has a dead-letter policy; nothing else"
  }
  assert {
    condition     = [for grant in output.grants : "${grant.label}: ${grant.role}" if grant.who == "Cloud Build's agent"] == ["topic cloud-builds: roles/pubsub.publisher"]
    error_message = "Cloud Build publishes to its own topic and to no other"
  }
}

run "a_region_and_a_key" {
  command = plan

  variables {
    storage_regions = ["europe-west1", "europe-west4"]
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = {}
      kms_key        = "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
      urls           = { for name in ["intake", "submit", "record", "logs", "report", "dead-letters"] : name => "https://${name}.example" }
    }
  }

  assert {
    condition     = alltrue([for topic in values(google_pubsub_topic.this) : topic.message_storage_policy[0].allowed_persistence_regions == toset(["europe-west1", "europe-west4"])])
    error_message = "messages stay in the regions given"
  }
  assert {
    condition     = alltrue([for topic in values(google_pubsub_topic.this) : topic.kms_key_name == "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"])
    error_message = "messages are encrypted with the key"
  }
  assert {
    condition     = contains([for grant in output.grants : "${grant.who}: ${grant.role}"], "Pub/Sub's agent: roles/cloudkms.cryptoKeyEncrypterDecrypter")
    error_message = "Pub/Sub's agent may use the key"
  }
}

run "a_region_that_is_none" {
  command = plan
  variables {
    storage_regions = ["eu"]
  }
  expect_failures = [var.storage_regions]
}
