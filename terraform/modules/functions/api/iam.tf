module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "api"
  member       = module.function.member
  grants = merge(
    {
      documents = {
        kind      = "project"
        label     = "project (Firestore)"
        role      = var.database.role
        why       = "reads and writes what people see and change"
        condition = var.database.condition
      }
      cloud_builds = {
        kind  = "project"
        label = "project (Cloud Build)"
        role  = var.platform.roles["builds_keeper"]
        why   = "cancels the Cloud Build of a build that a person cancelled; Cloud Build has no finer resource"
      }
      read_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["read"].role
        why       = "asks hosts and registries with the tokens that teams kept"
        condition = var.team_secrets["read"].condition
      }
      create_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["create"].role
        why       = "makes the place of a new secret; what is asked for is the project"
        condition = var.team_secrets["create"].condition
      }
      add_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["add"].role
        why       = "keeps the value of a secret, token or credential"
        condition = var.team_secrets["add"].condition
      }
      remove_secrets = {
        kind      = "project"
        label     = "project (Secret Manager)"
        role      = var.team_secrets["remove"].role
        why       = "removes a secret that its team removed"
        condition = var.team_secrets["remove"].condition
      }
    },
    {
      for topic, why in {
        builds         = "wakes submit for a build that it created"
        reports        = "wakes report when a build changed"
        deliveries     = "wakes intake for a delivery that is replayed"
        "build-events" = "replays a dead letter"
        "build-logs"   = "replays a dead letter"
        "cloud-builds" = "replays a dead letter"
        } : "publish_${topic}" => {
        kind  = "topic"
        on    = var.topics[topic]
        label = "topic ${topic}"
        role  = "roles/pubsub.publisher"
        why   = why
      }
    },
    {
      for team, repository in var.repositories : "release_${team}" => {
        kind  = "repository"
        on    = repository.release
        label = "repository ${team}-release"
        role  = "roles/artifactregistry.repoAdmin"
        why   = "lists released images, and tags, untags and deletes them when people ask"
      }
    },
  )
}
