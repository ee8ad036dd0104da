mock_provider "google" {}

mock_provider "google-beta" {
  mock_resource "google_api_gateway_gateway" {
    defaults = { default_hostname = "bitflow-a1b2c3.ew.gateway.dev" }
  }
}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west4"
    labels         = { app = "bitflow" }
    urls = {
      api      = "https://bitflow-api-123456789012.europe-west4.run.app"
      callback = "https://bitflow-callback-123456789012.europe-west4.run.app"
    }
  }
  region   = "europe-west1"
  document = "tests/gateway.json.tftpl"
}

run "the_document" {
  command = plan

  assert {
    condition     = jsondecode(base64decode(google_api_gateway_api_config.config.openapi_documents[0].document[0].contents))["x-google-api-management"].backends.api.jwtAudience == "https://bitflow-api-123456789012.europe-west4.run.app"
    error_message = "the token of the gateway's calls is for the address that it calls"
  }
  assert {
    condition     = jsondecode(base64decode(google_api_gateway_api_config.config.openapi_documents[0].document[0].contents))["x-google-api-management"].backends.callback.address == "https://bitflow-callback-123456789012.europe-west4.run.app"
    error_message = "callbacks go to callback"
  }
  assert {
    condition     = google_api_gateway_api_config.config.api_config_id_prefix == "bitflow-"
    error_message = "each document's config has a name of its own, or a new one could not be made before the old one goes"
  }
}

run "where_it_is" {
  command = plan

  assert {
    condition     = google_api_gateway_gateway.gateway.region == "europe-west1" && google_api_gateway_gateway.gateway.gateway_id == "bitflow"
    error_message = "the gateway is in its own region, which is not the installation's"
  }
  assert {
    condition     = google_service_account.gateway.account_id == "bitflow-gateway"
    error_message = "it calls as its own account"
  }
}

run "its_own_address" {
  assert {
    condition     = output.public_url == "https://bitflow-a1b2c3.ew.gateway.dev" && output.hostname == "bitflow-a1b2c3.ew.gateway.dev"
    error_message = "without a name of one's own the API is where Google put it"
  }
  assert {
    condition     = google_api_gateway_api_config.config.gateway_config[0].backend_config[0].google_service_account == output.account_email && google_api_gateway_gateway.gateway.api_config == google_api_gateway_api_config.config.id
    error_message = "the gateway serves the config, and calls as the account that is let in"
  }
}

run "a_name_of_ones_own" {
  command = plan
  variables { public_url = "https://builds.example.com" }

  assert {
    condition     = output.public_url == "https://builds.example.com"
    error_message = "a name of one's own is where the API is"
  }
}

run "a_region_without_api_gateway" {
  command = plan
  variables { region = "europe-west4" }
  expect_failures = [var.region]
}

run "no_document" {
  command = plan
  variables { document = "tests/missing.json.tftpl" }
  expect_failures = [var.document]
}

run "an_address_with_a_slash" {
  command = plan
  variables { public_url = "https://builds.example.com/" }
  expect_failures = [var.public_url]
}
