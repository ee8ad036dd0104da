mock_provider "google" {}
mock_provider "google-beta" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls           = {}
  }
}

run "what_an_installation_needs" {
  command = plan

  assert {
    condition     = keys(google_project_service.this) == keys(output.services) && alltrue([for service, why in output.services : length(why) > 5])
    error_message = "each API is enabled, and says what for"
  }
  assert {
    condition     = alltrue([for service in values(google_project_service.this) : service.disable_on_destroy == false && service.project == "demo-project"])
    error_message = "taking the installation away switches off no API that something else may use"
  }
  assert {
    condition     = alltrue([for service in ["cloudfunctions", "run", "cloudbuild", "artifactregistry", "firestore", "pubsub", "secretmanager", "cloudscheduler", "apigateway", "servicecontrol", "servicemanagement", "identitytoolkit", "iamcredentials"] : contains(keys(google_project_service.this), "${service}.googleapis.com")])
    error_message = "an API that the service calls is missing"
  }
  assert {
    condition     = length(setintersection(keys(google_project_service.this), ["eventarc.googleapis.com", "compute.googleapis.com", "billingbudgets.googleapis.com"])) == 0
    error_message = "an API is on that nothing needs"
  }
  assert {
    condition     = toset(keys(google_project_service_identity.agent)) == toset(["artifactregistry", "cloudbuild", "pubsub", "secretmanager"])
    error_message = "the accounts that get rights are there before them"
  }
  assert {
    condition     = output.agents["pubsub"] == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" && output.agents["run"] == "serviceAccount:service-123456789012@serverless-robot-prod.iam.gserviceaccount.com"
    error_message = "agents are IAM members of this project's number"
  }
}

run "what_is_chosen" {
  command = plan

  variables {
    scanning = false
    budget   = true
    network  = true
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = {}
      urls           = {}
      kms_key        = "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
    }
  }

  assert {
    condition     = alltrue([for service in ["compute", "billingbudgets"] : contains(keys(google_project_service.this), "${service}.googleapis.com")])
    error_message = "a network needs Compute Engine, a budget its API"
  }
  assert {
    condition     = !contains(keys(google_project_service.this), "containerscanning.googleapis.com")
    error_message = "scanning, which is charged for, can be left off"
  }
  assert {
    condition     = contains(keys(google_project_service_identity.agent), "firestore")
    error_message = "Firestore's account has to use the key before the database is made"
  }
}

run "own_key" {
  command = plan
  variables {
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = {}
      urls           = {}
      kms_key        = "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
    }
  }

  assert {
    condition     = [for row in output.grants : "${row.who}: ${row.role}"] == ["Cloud Storage's agent: roles/cloudkms.cryptoKeyEncrypterDecrypter"]
    error_message = "Cloud Storage may use the key that the buckets are encrypted with"
  }
}
