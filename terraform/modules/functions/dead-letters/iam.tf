module "rights" {
  source = "../../grants"

  installation = var.installation
  who          = "dead-letters"
  member       = module.function.member
  grants = {
    documents = {
      kind      = "project"
      label     = "project (Firestore)"
      role      = var.platform.roles["documents_creator"]
      why       = "keeps letters and looks up whose they are"
      condition = var.database.condition
    }
  }
}
