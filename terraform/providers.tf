# Some APIs bill and count requests to the project of whoever asks, which for a person is not this one.
provider "google" {
  project               = var.project
  region                = var.region
  user_project_override = true
  billing_project       = var.project
  default_labels        = local.labels
}

provider "google-beta" {
  project               = var.project
  region                = var.region
  user_project_override = true
  billing_project       = var.project
  default_labels        = local.labels
}
