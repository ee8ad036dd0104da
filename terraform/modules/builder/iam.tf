locals {
  log_writer = "bitflowBuildLogWriter"
}

# Google's page asks for roles/storage.admin on the bucket of logs, which would let a build read every team's logs and
# change who may. This is what writing a log takes: seeing that the bucket is there, making the object, and replacing or
# appending to it as the log grows, which needs the rights to delete and to get it. Without the right to list, only who
# knows a log's name, which is random, gets it. Not seen on the real Cloud Build yet: where it refuses a build for want
# of a right on the bucket, the right that it names is missing here.
resource "google_project_iam_custom_role" "log_writer" {
  project     = var.installation.project
  role_id     = local.log_writer
  title       = "BitFlow: writes logs of builds"
  description = "Writes objects of a bucket without listing them"
  permissions = [
    "storage.buckets.get",
    "storage.objects.create",
    "storage.objects.delete",
    "storage.objects.get",
  ]
}

locals {
  writes_logs = {
    kind  = "bucket"
    on    = google_storage_bucket.logs.name
    label = "bucket PROJECT-bitflow-build-logs"
    # By its name: a role that is only known after it was made could not be told of in a plan.
    role = "projects/${var.installation.project}/roles/${local.log_writer}"
    why  = "Cloud Build writes the build's log as it"
  }
}

module "builders" {
  for_each = {
    trusted = "builder"
    forks   = "builder of forks"
  }
  source = "../grants"

  installation = var.installation
  who          = each.value
  member       = google_service_account.builder[each.key].member
  grants = {
    events = {
      kind  = "topic"
      on    = var.topics.build_events
      label = "topic build-events"
      role  = "roles/pubsub.publisher"
      why   = "says how its build stands, signed with that build's key"
    }
    log_chunks = {
      kind  = "topic"
      on    = var.topics.build_logs
      label = "topic build-logs"
      role  = "roles/pubsub.publisher"
      why   = "sends the build's log, signed with that build's key"
    }
    image = {
      kind  = "repository"
      on    = var.service_repository
      label = "repository bitflow-service"
      role  = "roles/artifactregistry.reader"
      why   = "Cloud Build pulls the builder image as it"
    }
    logs = local.writes_logs
  }

  # A grant of a custom role is refused before there is one.
  depends_on = [google_project_iam_custom_role.log_writer]
}

# The builder image's own build runs the checkout's code and nobody else's, so its log goes where the functions' go.
module "image" {
  source = "../grants"

  installation = var.installation
  who          = "builder of the builder image"
  member       = google_service_account.image.member
  grants = {
    push = {
      kind  = "repository"
      on    = var.service_repository
      label = "repository bitflow-service"
      role  = "roles/artifactregistry.writer"
      why   = "pushes the builder image"
    }
    source = {
      kind  = "bucket"
      on    = google_storage_bucket.source.name
      label = "bucket PROJECT-bitflow-image-source"
      role  = "roles/storage.objectViewer"
      why   = "reads what a deployment uploaded"
    }
    logs = {
      kind  = "project"
      label = "the project's log entries"
      role  = "roles/logging.logWriter"
      why   = "writes its log; log entries are written to a project, there is nothing smaller"
    }
  }
}
