module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "intake"
  member       = module.function.member
  grants = merge(
    {
      documents = {
        kind      = "project"
        label     = "project (Firestore)"
        role      = var.database.role
        why       = "decides deliveries and creates builds"
        condition = var.database.condition
      }
      read_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["read"].role
        why       = "asks a host with the token that the repository was connected with"
        condition = var.team_secrets["read"].condition
      }
    },
    {
      for topic, why in {
        builds         = "wakes submit for what waits in the queue"
        reports        = "wakes report when a build changed"
        "dead-letters" = "gives up a message that can never work, with the reason"
        } : "publish_${topic}" => {
        kind  = "topic"
        on    = var.topics[topic]
        label = "topic ${topic}"
        role  = "roles/pubsub.publisher"
        why   = why
      }
    },
  )
}
