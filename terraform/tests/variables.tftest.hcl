# Each variable refuses what it must not be, with a message of its own: one run each. In this folder each plans the
# whole root, minutes in all; the project's tests run them beside variables.tf alone, in a second.

variables {
  project        = "acme-builds"
  project_number = "123456789012"
  region         = "europe-west1"
  builder_image  = "europe-west1-docker.pkg.dev/acme-builds/bitflow/builder@sha256:0000000000000000000000000000000000000000000000000000000000000000"
}

run "project_by_number" {
  command = plan
  variables {
    project = "123456789012"
  }
  expect_failures = [var.project]
}

run "project_by_name" {
  command = plan
  variables {
    project = "Acme Builds"
  }
  expect_failures = [var.project]
}

run "a_zone_as_region" {
  command = plan
  variables {
    region = "europe-west1-b"
  }
  expect_failures = [var.region]
}

run "a_multi_region_as_region" {
  command = plan
  variables {
    region = "eu"
  }
  expect_failures = [var.region]
}

run "gateway_region_of_no_shape" {
  command = plan
  variables {
    gateway_region = "Belgium"
  }
  expect_failures = [var.gateway_region]
}

run "firestore_location_of_no_shape" {
  command = plan
  variables {
    firestore_location = "eur4"
  }
  expect_failures = [var.firestore_location]
}

run "team_with_capitals" {
  command = plan
  variables {
    teams = { Acme = {} }
  }
  expect_failures = [var.teams]
}

run "team_with_two_dashes" {
  command = plan
  variables {
    teams = { a--b = {} }
  }
  expect_failures = [var.teams]
}

run "team_longer_than_the_code_takes" {
  command = plan
  variables {
    teams = { abcdefghijklmnopqrstuabcdefghijklmnopqrstu = {} }
  }
  expect_failures = [var.teams]
}

run "first_team_without_registries" {
  command = plan
  variables {
    first_team = { id = "other", name = "Other", admin = "a@example.com" }
  }
  expect_failures = [var.first_team]
}

run "first_team_admin_without_address" {
  command = plan
  variables {
    teams      = { acme = {} }
    first_team = { id = "acme", name = "Acme", admin = "ann" }
  }
  expect_failures = [var.first_team]
}

run "first_team_without_a_name" {
  command = plan
  variables {
    teams      = { acme = {} }
    first_team = { id = "acme", name = "", admin = "a@example.com" }
  }
  expect_failures = [var.first_team]
}

run "builder_image_by_tag" {
  command = plan
  variables {
    builder_image = "europe-west1-docker.pkg.dev/acme-builds/bitflow/builder:v1"
  }
  expect_failures = [var.builder_image]
}

run "bundles_with_a_slash" {
  command = plan
  variables {
    bundles = "../dist/deploy/"
  }
  expect_failures = [var.bundles]
}

run "pool_capacity_of_none" {
  command = plan
  variables {
    pool_capacity = 0
  }
  expect_failures = [var.pool_capacity]
}

run "pool_capacity_past_what_the_queue_reads" {
  command = plan
  variables {
    pool_capacity = 151
  }
  expect_failures = [var.pool_capacity]
}

run "pool_capacity_of_a_half" {
  command = plan
  variables {
    pool_capacity = 1.5
  }
  expect_failures = [var.pool_capacity]
}

run "sign_in_with_the_secret_itself" {
  command = plan
  variables {
    sign_in = { github = { client_id = "Iv1.x", secret = "not a name" } }
  }
  expect_failures = [var.sign_in]
}

run "sign_in_google_of_another_kind" {
  command = plan
  variables {
    sign_in = { google = { client_id = "Iv1.x", secret = "sign-in-google" } }
  }
  expect_failures = [var.sign_in]
}

run "audiences_in_one_string" {
  command = plan
  variables {
    google_id_audiences = ["a,b"]
  }
  expect_failures = [var.google_id_audiences]
}

run "github_app_by_name" {
  command = plan
  variables {
    github_app_id = "my-app"
  }
  expect_failures = [var.github_app_id]
}

run "github_url_with_a_slash" {
  command = plan
  variables {
    hosts = { github_url = "https://git.example.com/" }
  }
  expect_failures = [var.hosts]
}

run "github_url_over_http" {
  command = plan
  variables {
    hosts = { github_url = "http://git.example.com" }
  }
  expect_failures = [var.hosts]
}

run "github_api_url_with_a_slash" {
  command = plan
  variables {
    hosts = { github_api_url = "https://git.example.com/" }
  }
  expect_failures = [var.hosts]
}

run "github_api_url_over_http" {
  command = plan
  variables {
    hosts = { github_api_url = "http://git.example.com" }
  }
  expect_failures = [var.hosts]
}

run "gitlab_url_with_a_slash" {
  command = plan
  variables {
    hosts = { gitlab_url = "https://git.example.com/" }
  }
  expect_failures = [var.hosts]
}

run "gitlab_url_over_http" {
  command = plan
  variables {
    hosts = { gitlab_url = "http://git.example.com" }
  }
  expect_failures = [var.hosts]
}

run "gitlab_api_url_with_a_slash" {
  command = plan
  variables {
    hosts = { gitlab_api_url = "https://git.example.com/" }
  }
  expect_failures = [var.hosts]
}

run "gitlab_api_url_over_http" {
  command = plan
  variables {
    hosts = { gitlab_api_url = "http://git.example.com" }
  }
  expect_failures = [var.hosts]
}

run "gitee_url_with_a_slash" {
  command = plan
  variables {
    hosts = { gitee_url = "https://git.example.com/" }
  }
  expect_failures = [var.hosts]
}

run "gitee_url_over_http" {
  command = plan
  variables {
    hosts = { gitee_url = "http://git.example.com" }
  }
  expect_failures = [var.hosts]
}

run "gitee_api_url_with_a_slash" {
  command = plan
  variables {
    hosts = { gitee_api_url = "https://git.example.com/" }
  }
  expect_failures = [var.hosts]
}

run "gitee_api_url_over_http" {
  command = plan
  variables {
    hosts = { gitee_api_url = "http://git.example.com" }
  }
  expect_failures = [var.hosts]
}

run "private_host_without_port" {
  command = plan
  variables {
    private_hosts = { git = ["git.internal"] }
  }
  expect_failures = [var.private_hosts]
}

run "private_registry_as_address" {
  command = plan
  variables {
    private_hosts = { registries = ["https://r.internal:443"] }
  }
  expect_failures = [var.private_hosts]
}

run "limit_of_none" {
  command = plan
  variables {
    limits = { requests_per_minute = 0 }
  }
  expect_failures = [var.limits]
}

run "budget_of_cents" {
  command = plan
  variables {
    budget = { billing_account = "012345-6789AB-CDEF01", amount = 99.5 }
  }
  expect_failures = [var.budget]
}

run "budget_of_an_account_by_name" {
  command = plan
  variables {
    budget = { billing_account = "My Billing Account", amount = 100 }
  }
  expect_failures = [var.budget]
}

run "scheduler_region_of_no_shape" {
  command = plan
  variables {
    scheduler_region = "Belgium"
  }
  expect_failures = [var.scheduler_region]
}

run "kms_key_of_another_region" {
  command = plan
  variables {
    kms_key = "projects/p/locations/us-central1/keyRings/r/cryptoKeys/k"
  }
  expect_failures = [var.kms_key]
}

run "label_with_capitals" {
  command = plan
  variables {
    labels = { Team = "x" }
  }
  expect_failures = [var.labels]
}

run "public_url_with_a_path" {
  command = plan
  variables {
    public_url = "https://builds.example.com/api"
  }
  expect_failures = [var.public_url]
}

run "project_number_is_no_id" {
  command = plan
  variables {
    project_number = "acme-builds"
  }
  expect_failures = [var.project_number]
}
