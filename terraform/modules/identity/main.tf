locals {
  clients = { for name, client in var.sign_in : name => client if client != null }
  wanted  = length(local.clients) > 0 ? 1 : 0

  # The pages that Identity Platform has of its own: whoever comes from GitHub confirms their address on one.
  own_host = "${var.installation.project}.firebaseapp.com"
}

# There is one of a project, and no way to take it away: Terraform only forgets it. Where Identity Platform was enabled
# before (an earlier installation, Firebase), it says so, and is taken over by
#   terraform import 'module.identity.google_identity_platform_config.config[0]' PROJECT
resource "google_identity_platform_config" "config" {
  count = local.wanted

  project = var.installation.project

  # Not localhost, which is among them where nothing is said.
  authorized_domains = [trimprefix(var.address, "https://"), local.own_host]

  sign_in {
    # An address belongs to one person: the service goes by it.
    allow_duplicate_emails = false

    # No passwords here: Google and GitHub say who somebody is. Off is said, not left to a default.
    email {
      enabled = false
    }
    phone_number {
      enabled = false
    }
    anonymous {
      enabled = false
    }
  }

  # Whoever comes for the first time is let in by Identity Platform, and is nobody to the service until a team has
  # their address among its members.
  client {
    permissions {
      disabled_user_signup   = false
      disabled_user_deletion = true
    }
  }

  multi_tenant {
    allow_tenants = false
  }
}
