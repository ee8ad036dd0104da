# What a plan of it must say is held against the code by test/terraform/*.test.ts; here: that it can be planned.

mock_provider "google" {}
mock_provider "google-beta" {}

variables {
  project_number = "123456789012"
  builder_image  = "europe-west1-docker.pkg.dev/acme-builds/bitflow-service/builder@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  bundles        = "../../../dist/deploy"
}

run "plan" {
  command = plan

  assert {
    condition     = length(output.grants) > 50
    error_message = "an installation grants rights, and lists them"
  }
}
