module "callers" {
  for_each = var.callers
  source   = "../grants"

  installation = var.installation
  who          = each.key
  member       = "serviceAccount:${each.value}"
  grants = {
    call = {
      kind  = "service"
      on    = google_cloud_run_v2_service.planner.id
      label = "service planner"
      role  = "roles/run.invoker"
      why   = "asks what a build would do"
    }
  }
}
