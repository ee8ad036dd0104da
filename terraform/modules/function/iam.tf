resource "google_service_account" "function" {
  project      = var.installation.project
  account_id   = local.service
  display_name = "BitFlow: the function ${var.name}"
}

module "secrets" {
  source = "../grants"

  installation = var.installation
  who          = var.name
  member       = "serviceAccount:${google_service_account.function.email}"
  grants = {
    for name, id in var.secrets : name => {
      kind  = "secret"
      on    = id
      label = "secret of ${name}"
      role  = "roles/secretmanager.secretAccessor"
      why   = "its instances read it as ${name} when they start"
    }
  }
}

# On the service: a 2nd gen function is one, and Cloud Run is what checks who calls.
module "invokers" {
  for_each = var.invokers
  source   = "../grants"

  installation = var.installation
  who          = each.value.who
  member       = each.value.member
  grants = {
    call = {
      kind  = "service"
      on    = google_cloudfunctions2_function.function.service_config[0].service
      label = "function ${var.name}"
      role  = "roles/run.invoker"
      why   = each.value.why
    }
  }
}
