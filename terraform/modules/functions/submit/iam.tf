module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "submit"
  member       = module.function.member
  grants = merge(
    {
      documents = {
        kind      = "project"
        label     = "project (Firestore)"
        role      = var.database.role
        why       = "reads the queue and claims builds of it"
        condition = var.database.condition
      }
      cloud_builds = {
        kind  = "project"
        label = "project (Cloud Build)"
        role  = var.platform.roles["builds_submitter"]
        why   = "creates Cloud Builds, finds those of an attempt, cancels them; Cloud Build has no finer resource"
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
      for trust, email in { trusted = var.builders.trusted, forks = var.builders.forks } : "act_as_${trust}" => {
        kind                        = "service_account"
        on                          = "projects/${var.installation.project}/serviceAccounts/${email}"
        label                       = trust == "forks" ? "account of builders of forks" : "account of builders"
        role                        = "roles/iam.serviceAccountUser"
        why                         = "creates Cloud Builds that run as it"
      }
    },
    # With a pool only: workerpools.use, which is asked of who creates the build, on the pool's project.
    {
      for pool in var.worker_pool[*] : "worker_pool" => {
        kind  = "project"
        label = "project (Cloud Build)"
        role  = "roles/cloudbuild.workerPoolUser"
        why   = "creates Cloud Builds in the private pool; a pool takes no grants of its own"
      }
    },
  )
}
