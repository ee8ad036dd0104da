module "speaks_for" {
  source       = "../grants"
  installation = var.installation
  who          = "Cloud Scheduler's agent"
  member       = var.scheduler_agent
  grants = {
    sweep = {
      kind  = "service_account"
      on    = "projects/${var.installation.project}/serviceAccounts/${local.account}"
      label = "account bitflow-scheduler"
      role  = "roles/iam.serviceAccountOpenIdTokenCreator"
      why   = "signs the tokens of its calls to sweep"
    }
  }
}
