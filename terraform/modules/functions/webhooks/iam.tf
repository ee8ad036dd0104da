module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "webhooks"
  member       = module.function.member
  grants = merge(
    {
      documents = {
        kind      = "project"
        label     = "project (Firestore)"
        role      = var.platform.roles["documents_creator"]
        why       = "keeps deliveries and looks up whose secret signed one; it can change and delete nothing"
        condition = var.database.condition
      }
    },
    {
      for topic, why in {
        deliveries = "wakes intake for the delivery that it kept"
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
