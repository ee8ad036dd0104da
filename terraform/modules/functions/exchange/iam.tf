module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "exchange"
  member       = module.function.member
  grants = merge(
    {
      documents = {
        kind      = "project"
        label     = "project (Firestore)"
        role      = var.database.role
        why       = "binds a Cloud Build to its build"
        condition = var.database.condition
      }
      cloud_builds = {
        kind  = "project"
        label = "project (Cloud Build)"
        role  = var.platform.roles["builds_keeper"]
        why   = "cancels the Cloud Build of a build that has another; Cloud Build has no finer resource"
      }
      read_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["read"].role
        why       = "gives a trusted build its repository's secrets, and any build the credential to clone"
        condition = var.team_secrets["read"].condition
      }
    },
    {
      for topic, why in {
        builds  = "wakes submit for what waits in the queue"
        reports = "wakes report when a build changed"
        } : "publish_${topic}" => {
        kind  = "topic"
        on    = var.topics[topic]
        label = "topic ${topic}"
        role  = "roles/pubsub.publisher"
        why   = why
      }
    },
    {
      for account, email in merge(
        { for team, writers in var.team_writers : "${team} (trusted builds)" => writers.trusted },
        { for team, writers in var.team_writers : "${team} (builds of forks)" => writers.forks },
        ) : account => {
        kind  = "service_account"
        on    = "projects/${var.installation.project}/serviceAccounts/${email}"
        label = "writer account of ${account}"
        role  = var.platform.roles["token_minter"]
        why   = "makes the registry credential of one build, good for an hour"
      }
    },
  )
}
