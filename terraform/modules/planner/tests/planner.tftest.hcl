mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = { app = "bitflow" }
    urls           = { planner = "https://bitflow-planner-123456789012.europe-west1.run.app" }
  }
  builder_image = "europe-west1-docker.pkg.dev/demo-project/bitflow-service/builder@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  callers       = { api = "bitflow-api@demo-project.iam.gserviceaccount.com" }
}

run "only_the_api_may_call" {
  command = plan

  assert {
    condition     = jsonencode(output.grants) == jsonencode([{ who = "api", kind = "service", label = "service planner", role = "roles/run.invoker", why = "asks what a build would do", condition = null }])
    error_message = "the API may call it, nobody else may, and it has no right itself"
  }
  assert {
    condition     = google_service_account.planner.account_id == "bitflow-planner"
    error_message = "it runs as an account of its own"
  }
}

run "the_builder_image_as_a_planner" {
  command = plan

  assert {
    condition = (
      google_cloud_run_v2_service.planner.name == "bitflow-planner"
      && google_cloud_run_v2_service.planner.template[0].containers[0].image == var.builder_image
      && google_cloud_run_v2_service.planner.template[0].containers[0].command == tolist(["node", "/usr/local/lib/bitflow-planner.mjs"])
    )
    error_message = "it is the image that builds, with another command"
  }
  assert {
    condition = output.env == tomap({
      PLANNER_URL     = "https://bitflow-planner-123456789012.europe-west1.run.app"
      PLANNER_CALLERS = "bitflow-api@demo-project.iam.gserviceaccount.com"
      PLANS_AT_ONCE   = "1"
      PLAN_TIMEOUT_S  = "60"
    })
    error_message = "tokens must be for its address, and from the API"
  }
  assert {
    condition     = tomap({ for variable in google_cloud_run_v2_service.planner.template[0].containers[0].env : variable.name => variable.value }) == output.env
    error_message = "what is told of its variables is what it is given"
  }
  assert {
    condition = (
      tostring(google_cloud_run_v2_service.planner.template[0].max_instance_request_concurrency) == output.env["PLANS_AT_ONCE"]
      && google_cloud_run_v2_service.planner.template[0].scaling[0].min_instance_count == 0
      && google_cloud_run_v2_service.planner.template[0].scaling[0].max_instance_count == 5
    )
    error_message = "an instance gets as many requests as it makes plans, and none is kept"
  }
  assert {
    condition     = google_cloud_run_v2_service.planner.template[0].timeout == "90s"
    error_message = "a request outlives its plan"
  }
}

run "private_hosts_and_a_network" {
  command = plan

  variables {
    private_hosts = ["git.internal:443", "git.internal:8443"]
    network       = { network = "projects/demo-project/global/networks/n", subnetwork = "projects/demo-project/regions/europe-west1/subnetworks/s", all_traffic = true }
  }

  assert {
    condition     = output.env["BITFLOW_ALLOW_HOSTS"] == "git.internal:443,git.internal:8443"
    error_message = "it may clone from private hosts that it was told of"
  }
  assert {
    condition     = google_cloud_run_v2_service.planner.template[0].vpc_access[0].egress == "ALL_TRAFFIC" && google_cloud_run_v2_service.planner.template[0].vpc_access[0].network_interfaces[0].subnetwork == "projects/demo-project/regions/europe-west1/subnetworks/s"
    error_message = "it goes out through the network"
  }
}

run "an_image_by_tag" {
  command = plan
  variables { builder_image = "europe-west1-docker.pkg.dev/demo-project/bitflow-service/builder:latest" }
  expect_failures = [var.builder_image]
}

run "no_callers" {
  command = plan
  variables { callers = {} }
  expect_failures = [var.callers]
}

run "no_address" {
  command = plan
  variables {
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = {}
      urls           = {}
    }
  }
  expect_failures = [var.installation]
}

run "memory_without_a_unit" {
  command = plan
  variables { memory = "2048" }
  expect_failures = [var.memory]
}

run "no_instances" {
  command = plan
  variables { max_instances = 0 }
  expect_failures = [var.max_instances]
}
