module "key" {
  source       = "../grants"
  installation = var.installation
  who          = "Pub/Sub's agent"
  member       = var.agents.pubsub
  grants = var.installation.kms_key == null ? {} : {
    key = {
      kind  = "kms_key"
      on    = var.installation.kms_key
      label = "the KMS key"
      role  = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
      why   = "encrypts the messages that it keeps"
    }
  }
}

module "speaks_for" {
  source       = "../grants"
  installation = var.installation
  who          = "Pub/Sub's agent"
  member       = var.agents.pubsub
  grants = {
    push = {
      kind  = "service_account"
      on    = "projects/${var.installation.project}/serviceAccounts/${local.push}"
      label = "account bitflow-push"
      # For OIDC tokens alone. roles/iam.serviceAccountTokenCreator, which guides name, is also for access tokens.
      role = "roles/iam.serviceAccountOpenIdTokenCreator"
      why  = "signs the tokens of its calls to functions"
    }
  }
}

# Without these Pub/Sub delivers a message that it should give up for ever, and says so nowhere.
module "gives_up" {
  source       = "../grants"
  installation = var.installation
  who          = "Pub/Sub's agent"
  member       = var.agents.pubsub
  grants = merge(
    {
      forward = {
        kind  = "topic"
        on    = local.topics["dead-letters"]
        label = "topic dead-letters"
        role  = "roles/pubsub.publisher"
        why   = "publishes what no function took"
      }
    },
    {
      for name, subscription in local.given_up : name => {
        kind  = "subscription"
        on    = local.subscriptions[name]
        label = "subscription ${name}"
        role  = "roles/pubsub.subscriber"
        why   = "takes what it gives up off the subscription"
      }
    },
  )
}

# Its own role in the project has this too, unless somebody took it away: then no notice would come, and nobody be told.
module "notifies" {
  source       = "../grants"
  installation = var.installation
  who          = "Cloud Build's agent"
  member       = var.agents.cloudbuild
  grants = {
    notify = {
      kind  = "topic"
      on    = local.topics["cloud-builds"]
      label = "topic cloud-builds"
      role  = "roles/pubsub.publisher"
      why   = "tells how builds stand"
    }
  }
}
