module "key" {
  source       = "../grants"
  installation = var.installation
  who          = "Secret Manager's agent"
  member       = var.secretmanager_agent
  grants = var.installation.kms_key == null ? {} : {
    key = {
      kind  = "kms_key"
      on    = var.installation.kms_key
      label = "the KMS key"
      role  = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
      why   = "encrypts the service's secrets"
    }
  }
}

# What functions may do with the secrets that come at run time. No predefined role has only this: the one that may
# create or delete may also do everything else.
locals {
  custom_roles = {
    bitflowSecretCreator = {
      title       = "BitFlow: creates secrets"
      description = "For those who keep teams' secrets. Values are another role's."
      permissions = ["secretmanager.secrets.create"]
    }
    bitflowSecretRemover = {
      title       = "BitFlow: removes secrets"
      description = "Granted with a condition, for the teams' secrets only."
      permissions = ["secretmanager.secrets.delete"]
    }
  }

  # IAM knows a secret by the project's number. https://cloud.google.com/secret-manager/docs/access-control
  of_teams = {
    title      = "secrets of teams"
    expression = "resource.name.startsWith(\"projects/${var.installation.project_number}/secrets/bitflow-\")"
  }
}

resource "google_project_iam_custom_role" "this" {
  for_each = local.custom_roles

  project     = var.installation.project
  role_id     = each.key
  title       = each.value.title
  description = each.value.description
  permissions = each.value.permissions
}
