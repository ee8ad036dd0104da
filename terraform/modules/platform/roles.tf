# Roles for what functions do where every predefined one permits more. Each is granted on a resource where there is
# one; which, the functions' modules say.

locals {
  roles = {
    builds_keeper = {
      id          = "bitflowBuildKeeper"
      title       = "BitFlow: asks for Cloud Builds and cancels them"
      permissions = ["cloudbuild.builds.get", "cloudbuild.builds.list", "cloudbuild.builds.update"]
    }
    builds_submitter = {
      id          = "bitflowBuildSubmitter"
      title       = "BitFlow: creates Cloud Builds"
      permissions = ["cloudbuild.builds.create", "cloudbuild.builds.get", "cloudbuild.builds.list", "cloudbuild.builds.update"]
    }
    # firebase.google.com/docs/firestore/security/iam: create() asks for `create`, a query for `get` and `list`.
    documents_creator = {
      id          = "bitflowDocumentCreator"
      title       = "BitFlow: creates and reads documents, changes and deletes none"
      permissions = ["datastore.entities.create", "datastore.entities.get", "datastore.entities.list"]
    }
    # roles/iam.serviceAccountTokenCreator could also sign with the account's key, for longer than an hour.
    token_minter = {
      id          = "bitflowTokenMinter"
      title       = "BitFlow: makes access tokens of an account"
      permissions = ["iam.serviceAccounts.getAccessToken"]
    }
  }
}

resource "google_project_iam_custom_role" "role" {
  for_each = local.roles

  project     = var.installation.project
  role_id     = each.value.id
  title       = each.value.title
  description = "For functions of BitFlow builds (docs/iam.md)"
  permissions = each.value.permissions
}
