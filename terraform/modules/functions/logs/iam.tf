module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "logs"
  member       = module.function.member
  grants = merge(
    {
      documents = {
        kind      = "project"
        label     = "project (Firestore)"
        role      = var.platform.roles["documents_creator"]
        why       = "keeps log chunks, which nobody changes"
        condition = var.database.condition
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
