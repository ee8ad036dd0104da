module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "report"
  member       = module.function.member
  grants = merge(
    {
      documents = {
        kind      = "project"
        label     = "project (Firestore)"
        role      = var.database.role
        why       = "reads builds and notes what a host was told"
        condition = var.database.condition
      }
      read_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["read"].role
        why       = "tells a host with the token that the repository was connected with"
        condition = var.team_secrets["read"].condition
      }
    },
    {
      for topic, why in {
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
