mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls           = {}
  }
  sign_in = {
    google = { client_id = "123456789012-abc123.apps.googleusercontent.com", secret = "sign-in-google" }
    github = { client_id = "Ov23liAbCdEfGhIjKlMn", secret = "sign-in-github" }
  }
  address = "https://bitflow-a1b2c3.ew.gateway.dev"
}

run "no_passwords" {
  command = plan

  assert {
    condition = alltrue([
      google_identity_platform_config.config[0].sign_in[0].email[0].enabled == false,
      google_identity_platform_config.config[0].sign_in[0].phone_number[0].enabled == false,
      google_identity_platform_config.config[0].sign_in[0].anonymous[0].enabled == false,
      google_identity_platform_config.config[0].sign_in[0].allow_duplicate_emails == false,
      google_identity_platform_config.config[0].multi_tenant[0].allow_tenants == false,
    ])
    error_message = "people sign in at Google or GitHub, and no other way"
  }
}

run "where_sign_ins_lead" {
  command = plan

  assert {
    condition     = google_identity_platform_config.config[0].authorized_domains == tolist(["bitflow-a1b2c3.ew.gateway.dev", "demo-project.firebaseapp.com"])
    error_message = "back to the API's address or to Identity Platform's own pages, and not to localhost"
  }
  assert {
    condition     = output.redirect == "https://bitflow-a1b2c3.ew.gateway.dev/device/return"
    error_message = "the address that OAuth clients are told is that of the API's page"
  }
}

run "the_key" {
  assert {
    condition     = output.api_key == nonsensitive(google_identity_platform_config.config[0].client[0].api_key) && length(output.api_key) > 0 && !issensitive(output.api_key)
    error_message = "IDENTITY_API_KEY is the project's key, and a plain variable of the function"
  }
}

run "whoever_is_new" {
  command = plan

  assert {
    condition     = google_identity_platform_config.config[0].client[0].permissions[0].disabled_user_signup == false
    error_message = "somebody's first sign-in is a sign-up to Identity Platform"
  }
}

run "providers_by_name_of_their_secret" {
  command = plan

  assert {
    condition = output.sign_in == {
      "google.com" = { client_id = "123456789012-abc123.apps.googleusercontent.com", secret = "projects/demo-project/secrets/sign-in-google" }
      "github.com" = { client_id = "Ov23liAbCdEfGhIjKlMn", secret = "projects/demo-project/secrets/sign-in-github" }
    }
    error_message = "the deploy program learns which client, and where its secret is"
  }
}

run "no_first_team" {
  command = plan

  assert {
    condition     = output.first_team == null
    error_message = "no team is made unless one was named"
  }
}

run "a_first_team" {
  command = plan
  variables { first_team = { id = "acme", name = "Acme", admin = "ann@acme.example" } }

  assert {
    condition     = output.first_team.id == "acme" && output.first_team.name == "Acme" && output.first_team.admin == "ann@acme.example"
    error_message = "the deploy program learns whom to make"
  }
}

run "nobody_signs_in" {
  command = plan
  variables { sign_in = {} }

  assert {
    condition     = length(google_identity_platform_config.config) == 0 && output.api_key == null && output.sign_in == {}
    error_message = "without a provider Identity Platform is left alone"
  }
}

run "google_alone" {
  command = plan
  variables { sign_in = { google = { client_id = "123456789012-abc123.apps.googleusercontent.com", secret = "sign-in-google" } } }

  assert {
    condition     = length(google_identity_platform_config.config) == 1 && keys(output.sign_in) == ["google.com"]
    error_message = "one provider will do"
  }
}

run "a_google_client_of_the_wrong_shape" {
  command = plan
  variables { sign_in = { google = { client_id = "Ov23liAbCdEfGhIjKlMn", secret = "sign-in-google" } } }
  expect_failures = [var.sign_in]
}

run "a_github_client_of_the_wrong_shape" {
  command = plan
  variables { sign_in = { github = { client_id = "builds", secret = "sign-in-github" } } }
  expect_failures = [var.sign_in]
}

run "the_client_secret_itself" {
  command = plan
  variables { sign_in = { google = { client_id = "123456789012-abc123.apps.googleusercontent.com", secret = "GOCSPX-aBcDeFgHiJkLmNoPqRsTuVwXyZ" } } }
  expect_failures = [var.sign_in]
}

run "an_address_without_https" {
  command = plan
  variables { address = "builds.example.com" }
  expect_failures = [var.address]
}

run "a_team_in_capitals" {
  command = plan
  variables { first_team = { id = "Acme", name = "Acme", admin = "ann@acme.example" } }
  expect_failures = [var.first_team]
}

run "a_team_without_an_admin" {
  command = plan
  variables { first_team = { id = "acme", name = "Acme", admin = "ann" } }
  expect_failures = [var.first_team]
}
