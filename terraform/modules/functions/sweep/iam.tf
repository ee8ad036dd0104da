module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "sweep"
  member       = module.function.member
  grants = merge(
    {
      documents = {
        kind      = "project"
        label     = "project (Firestore)"
        role      = var.database.role
        why       = "looks for what stands still, and repairs it"
        condition = var.database.condition
      }
      cloud_builds = {
        kind  = "project"
        label = "project (Cloud Build)"
        role  = var.platform.roles["builds_keeper"]
        why   = "asks how Cloud Builds stand and cancels doubles; Cloud Build has no finer resource"
      }
      read_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["read"].role
        why       = "asks hosts and registries with the tokens that teams kept"
        condition = var.team_secrets["read"].condition
      }
      remove_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["remove"].role
        why       = "removes the token of a repository that was disconnected"
        condition = var.team_secrets["remove"].condition
      }
    },
    {
      for topic, why in {
        deliveries = "wakes intake for deliveries that nobody decided"
        builds     = "wakes submit for what waits in the queue"
        reports    = "wakes report for what no host was told"
        } : "publish_${topic}" => {
        kind  = "topic"
        on    = var.topics[topic]
        label = "topic ${topic}"
        role  = "roles/pubsub.publisher"
        why   = why
      }
    },
    {
      for team, repository in var.repositories : "staging_${team}" => {
        kind  = "repository"
        on    = repository.staging
        label = "repository ${team}-staging"
        role  = "roles/artifactregistry.reader"
        why   = "repairs a release that did not end"
      }
    },
    {
      for team, repository in var.repositories : "release_${team}" => {
        kind  = "repository"
        on    = repository.release
        label = "repository ${team}-release"
        role  = "roles/artifactregistry.repoAdmin"
        why   = "repairs releases and tags, and deletes images whose time is over"
      }
    },
  )
}
