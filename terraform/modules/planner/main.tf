# Says what a build would do (docs/planning.md). It reads strangers' repositories, so it runs apart from the API, as an
# account that may do nothing (docs/decisions/0014).

locals {
  # A plan is given up after 60 s by the planner itself, and after 70 by the API.
  plan_timeout_s = 60
  # Another request at once starts another instance: Cloud Run's concurrency and the planner's own bound are one number.
  plans_at_once = 1

  env = merge(
    {
      PLANNER_URL     = var.installation.urls["planner"]
      PLANNER_CALLERS = join(",", values(var.callers))
      PLANS_AT_ONCE   = tostring(local.plans_at_once)
      PLAN_TIMEOUT_S  = tostring(local.plan_timeout_s)
    },
    length(var.private_hosts) == 0 ? {} : { BITFLOW_ALLOW_HOSTS = join(",", var.private_hosts) },
  )
}

resource "google_service_account" "planner" {
  project      = var.installation.project
  account_id   = "bitflow-planner"
  display_name = "BitFlow: the planner, which may do nothing"
}

resource "google_cloud_run_v2_service" "planner" {
  project     = var.installation.project
  location    = var.installation.region
  name        = "bitflow-planner"
  description = "Says what a build would do."
  labels      = merge(var.installation.labels, { function = "planner" })

  # The API calls from outside any network; Cloud Run lets nobody else in.
  ingress = "INGRESS_TRAFFIC_ALL"
  # There is nothing in it to lose.
  deletion_protection = false

  template {
    service_account                  = google_service_account.planner.email
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"
    max_instance_request_concurrency = local.plans_at_once
    timeout                          = "${local.plan_timeout_s + 30}s"
    encryption_key                   = var.installation.kms_key

    scaling {
      min_instance_count = 0
      max_instance_count = var.max_instances
    }

    containers {
      image   = var.builder_image
      command = ["node", "/usr/local/lib/bitflow-planner.mjs"]

      dynamic "env" {
        for_each = local.env
        content {
          name  = env.key
          value = env.value
        }
      }

      resources {
        # Nobody pays for an instance that waits, and one that starts gets more for as long as that takes.
        cpu_idle          = true
        startup_cpu_boost = true
        limits = {
          cpu    = "1"
          memory = var.memory
        }
      }

      startup_probe {
        period_seconds    = 2
        failure_threshold = 15
        http_get {
          path = "/v1/health"
        }
      }
    }

    dynamic "vpc_access" {
      for_each = var.network[*]
      content {
        egress = vpc_access.value.all_traffic ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY"
        network_interfaces {
          network    = vpc_access.value.network
          subnetwork = vpc_access.value.subnetwork
        }
      }
    }
  }
}
