output "api_key" {
  description = "IDENTITY_API_KEY: the key that the API asks Identity Platform with; null where nobody signs in."
  # Google makes it with Identity Platform. It names the project and is no secret (docs/teams.md): a plan may show it.
  value = nonsensitive(one(google_identity_platform_config.config[*].client[0].api_key))
}

output "redirect" {
  description = "The address that the OAuth clients at Google and GitHub must have among theirs."
  value       = "${var.address}/device/return"
}

# google_identity_platform_default_supported_idp_config takes the client secret as an argument that is neither
# write-only nor marked as a secret: it would stand in every plan and in the state. So `npm run deploy` tells Identity
# Platform, with the secret's value read from Secret Manager (docs/decisions/0036).
output "sign_in" {
  description = "What the deploy program sets up in Identity Platform: provider => OAuth client, and the secret that has its client secret."
  value = {
    for name, client in local.clients : "${name}.com" => {
      client_id = client.client_id
      secret    = "projects/${var.installation.project}/secrets/${client.secret}"
    }
  }
  depends_on = [google_identity_platform_config.config]
}

# A team is a document of the service's own, which its admins change: Terraform would undo what they did.
output "first_team" {
  description = "The team that `npm run deploy` makes where there is none, by ops/first-team.ts; null: nobody's."
  value       = var.first_team
}
