module "build" {
  source = "../grants"

  installation = var.installation
  who          = "build of the functions"
  member       = "serviceAccount:${google_service_account.build.email}"
  grants = {
    log = {
      kind  = "project"
      label = "project (Cloud Logging)"
      role  = "roles/logging.logWriter"
      why   = "writes the log of a function's build; a log has no finer resource"
    }
    push = {
      kind  = "repository"
      on    = var.images_repository
      label = "repository of the functions' images"
      role  = "roles/artifactregistry.writer"
      why   = "pushes the image that a function runs"
    }
    source = {
      kind  = "bucket"
      on    = google_storage_bucket.source.name
      label = "bucket of the functions' sources"
      role  = "roles/storage.objectViewer"
      why   = "reads the zip that was uploaded"
    }
    # docs.cloud.google.com/functions/docs/building: Cloud Run functions copies the zip there, and makes that bucket at
    # the first deployment, too late for a grant on it. With a KMS key its name goes on.
    copies = {
      kind  = "project"
      label = "project (Cloud Storage)"
      role  = "roles/storage.objectViewer"
      why   = "reads the copy of the zip that Cloud Run functions makes, and from which it builds"
      condition = {
        title      = "copies of the functions' sources"
        expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${var.installation.project_number}-${var.installation.region}\")"
      }
    }
  }
}

# docs.cloud.google.com/functions/docs/securing/cmek: whose hands a function passes through on its way to running.
module "agents" {
  for_each = var.installation.kms_key == null ? {} : {
    "Cloud Run functions' agent" = { member = var.agents.cloudfunctions, why = "encrypts the functions' sources while it builds them" }
    "Cloud Run's agent"          = { member = var.agents.run, why = "encrypts what functions and the planner run" }
  }
  source = "../grants"

  installation = var.installation
  who          = each.key
  member       = each.value.member
  grants = {
    key = {
      kind  = "kms_key"
      on    = var.installation.kms_key
      label = "the KMS key"
      role  = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
      why   = each.value.why
    }
  }
}
