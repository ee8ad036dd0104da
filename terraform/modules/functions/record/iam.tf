module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "record"
  member       = module.function.member
  grants = merge(
    {
      documents = {
        kind      = "project"
        label     = "project (Firestore)"
        role      = var.database.role
        why       = "applies events to builds and moves tags"
        condition = var.database.condition
      }
      cloud_builds = {
        kind  = "project"
        label = "project (Cloud Build)"
        role  = var.platform.roles["builds_keeper"]
        why   = "cancels the Cloud Builds that an event makes superfluous; Cloud Build has no finer resource"
      }
      read_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["read"].role
        why       = "releases to a team's own registry with the credential that the team kept"
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
    {
      for team, repository in var.repositories : "staging_${team}" => {
        kind  = "repository"
        on    = repository.staging
        label = "repository ${team}-staging"
        role  = "roles/artifactregistry.reader"
        why   = "believes a digest only if it is there, and copies the image from it"
      }
    },
    {
      for team, repository in var.repositories : "release_${team}" => {
        kind  = "repository"
        on    = repository.release
        label = "repository ${team}-release"
        role  = "roles/artifactregistry.repoAdmin"
        why   = "puts released images there, and moves and removes their tags"
      }
    },
  )
}
