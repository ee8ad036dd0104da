mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = { app = "bitflow" }
    urls           = {}
  }
  teams = {
    acme    = {}
    rockets = { public = true }
  }
}

run "three_repositories_a_team" {
  command = plan

  assert {
    condition = alltrue([for prefix in ["acme", "rockets"] : alltrue([
      google_artifact_registry_repository.staging[prefix].repository_id == "${prefix}-staging",
      google_artifact_registry_repository.release[prefix].repository_id == "${prefix}-release",
      google_artifact_registry_repository.cache[prefix].repository_id == "${prefix}-cache",
    ])])
    error_message = "each team has its own staging, release and cache"
  }
  assert {
    condition = output.areas == {
      staging = "europe-west1-docker.pkg.dev/demo-project/{team}-staging"
      release = "europe-west1-docker.pkg.dev/demo-project/{team}-release"
      cache   = "europe-west1-docker.pkg.dev/demo-project/{team}-cache"
    }
    error_message = "the areas lead to the repositories, by the team's prefix"
  }
  assert {
    condition     = output.teams == tolist(["acme", "rockets"])
    error_message = "TEAMS names whoever has repositories"
  }
}

run "what_is_deleted_by_age" {
  command = plan

  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.staging : [for p in r.cleanup_policies : [p.action, p.condition[0].tag_state, p.condition[0].older_than]] == [["DELETE", "ANY", "259200s"]]])
    error_message = "staging goes after three days, tagged or not"
  }
  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.cache : { for p in r.cleanup_policies : p.condition[0].tag_state => p.condition[0].older_than } == { ANY = "2592000s", UNTAGGED = "86400s" }])
    error_message = "a cache that was superseded goes after a day, any after thirty"
  }
  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.release : length(r.cleanup_policies) == 0])
    error_message = "no policy deletes what was released: it may run by its digest"
  }
  assert {
    condition = alltrue([for r in concat(
      values(google_artifact_registry_repository.staging),
      values(google_artifact_registry_repository.cache),
      values(google_artifact_registry_repository.release),
      values(google_artifact_registry_repository.upstream),
      [google_artifact_registry_repository.service, google_artifact_registry_repository.functions],
    ) : r.cleanup_policy_dry_run == false])
    error_message = "policies delete unless a dry run was asked for"
  }
}

run "dry_run" {
  command = plan
  variables { settings = { cleanup_dry_run = true } }

  assert {
    condition = alltrue([for r in concat(
      values(google_artifact_registry_repository.staging),
      values(google_artifact_registry_repository.cache),
      values(google_artifact_registry_repository.release),
      values(google_artifact_registry_repository.upstream),
      [google_artifact_registry_repository.service, google_artifact_registry_repository.functions],
    ) : r.cleanup_policy_dry_run])
    error_message = "one switch keeps every policy from deleting"
  }
}

run "what_is_running_is_kept" {
  command = plan

  assert {
    condition = alltrue([for r in [google_artifact_registry_repository.service, google_artifact_registry_repository.functions] :
      [for p in r.cleanup_policies : p.most_recent_versions[0].keep_count >= 5 if p.action == "KEEP"] == [true]
    ])
    error_message = "the newest images of the service itself stay, however old they are"
  }
}

run "untagged_releases_go_if_asked" {
  command = plan
  variables { settings = { release_untagged_days = 90 } }

  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.release : [for p in r.cleanup_policies : [p.action, p.condition[0].tag_state, p.condition[0].older_than]] == [["DELETE", "UNTAGGED", "7776000s"]]])
    error_message = "only what no tag names, after as long as was asked for"
  }
}

run "tags_move_unless_told" {
  command = plan

  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.release : r.docker_config[0].immutable_tags == false])
    error_message = "a branch's tag must be able to move"
  }
}

run "immutable_releases_only" {
  command = plan
  variables { settings = { immutable_tags = true } }

  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.release : r.docker_config[0].immutable_tags])
    error_message = "released tags are immutable where that was chosen"
  }
  assert {
    condition     = alltrue([for r in concat(values(google_artifact_registry_repository.staging), values(google_artifact_registry_repository.cache)) : length(r.docker_config) == 0])
    error_message = "never those of staging and cache: a repeated step pushes its tag again, a cache's tag moves with each build"
  }
}

run "scanned_once" {
  command = plan
  variables { settings = { scanning = true } }

  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.release : r.vulnerability_scanning_config[0].enablement_config == "INHERITED"])
    error_message = "what is released is scanned"
  }
  assert {
    condition     = alltrue([for r in concat(values(google_artifact_registry_repository.staging), values(google_artifact_registry_repository.cache)) : r.vulnerability_scanning_config[0].enablement_config == "DISABLED"])
    error_message = "staging and caches are not: each scan is paid for"
  }
}

run "not_scanned" {
  command = plan
  variables { settings = { scanning = false } }

  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.release : r.vulnerability_scanning_config[0].enablement_config == "DISABLED"])
    error_message = "scanning can be left off"
  }
}

run "pull_through" {
  command = plan

  assert {
    condition = output.base_images == {
      "docker.io" = "europe-west1-docker.pkg.dev/demo-project/bitflow-docker-hub"
      "ghcr.io"   = "europe-west1-docker.pkg.dev/demo-project/bitflow-ghcr"
    }
    error_message = "public images of Docker Hub and GHCR come through repositories of ours"
  }
  assert {
    condition     = google_artifact_registry_repository.upstream["docker-hub"].remote_repository_config[0].docker_repository[0].public_repository == "DOCKER_HUB" && google_artifact_registry_repository.upstream["ghcr"].remote_repository_config[0].docker_repository[0].custom_repository[0].uri == "https://ghcr.io"
    error_message = "each is of its own upstream"
  }
  assert {
    condition     = length([for row in output.grants : row if row.label == "repository bitflow-ghcr" && row.role == "roles/artifactregistry.reader"]) == 4
    error_message = "the builds of every team pull through it"
  }
}

run "no_pull_through" {
  command = plan
  variables { settings = { pull_through = false } }

  assert {
    condition     = length(google_artifact_registry_repository.upstream) == 0 && output.base_images == {} && length([for row in output.grants : row if startswith(row.label, "repository bitflow-") && row.label != "repository bitflow-service"]) == 0
    error_message = "without it there is neither a repository nor a right on one"
  }
}

run "who_may_what" {
  command = plan

  assert {
    condition = { for row in output.grants : row.label => row.role if row.who == "trusted builds of acme" } == {
      "repository acme-staging"       = "roles/artifactregistry.writer"
      "repository acme-cache"         = "roles/artifactregistry.writer"
      "repository bitflow-docker-hub" = "roles/artifactregistry.reader"
      "repository bitflow-ghcr"       = "roles/artifactregistry.reader"
    }
    error_message = "trusted builds write to their own team's staging and cache, and to nothing else"
  }
  assert {
    condition = { for row in output.grants : row.label => row.role if row.who == "builds of forks for acme" } == {
      "repository acme-staging"       = "roles/artifactregistry.writer"
      "repository acme-cache"         = "roles/artifactregistry.reader"
      "repository bitflow-docker-hub" = "roles/artifactregistry.reader"
      "repository bitflow-ghcr"       = "roles/artifactregistry.reader"
    }
    error_message = "builds of forks read the cache and do not write it"
  }
  assert {
    condition     = [for row in output.grants : [row.label, row.role] if row.who == "everybody"] == [["repository rockets-release", "roles/artifactregistry.reader"]]
    error_message = "everybody reads the releases of teams that chose so, and nothing else"
  }
  assert {
    condition     = length([for row in output.grants : row if row.label == "repository bitflow-functions"]) == 0
    error_message = "no build, and nobody else here, has a right on the functions' images"
  }
}

run "private_unless_told" {
  command = plan
  variables { teams = { acme = {}, rockets = { public = false } } }

  assert {
    condition     = length([for row in output.grants : row if row.who == "everybody"]) == 0
    error_message = "everybody has a right only where a team says public = true"
  }
}

run "accounts" {
  command = plan
  # Forty characters, and two that differ at the end only.
  variables { teams = { "a-team-with-a-name-of-forty-characters-a" = {}, "a-team-with-a-name-of-forty-characters-b" = {} } }

  assert {
    condition     = alltrue([for account in concat(values(google_service_account.trusted), values(google_service_account.forks)) : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", account.account_id))])
    error_message = "an account's id is one that IAM takes"
  }
  assert {
    condition     = length(distinct([for account in concat(values(google_service_account.trusted), values(google_service_account.forks)) : account.account_id])) == 4
    error_message = "no two teams share an account, and none has one account for both"
  }
  assert {
    condition     = alltrue([for prefix, account in google_service_account.forks : strcontains(account.display_name, prefix) && length(account.display_name) <= 100])
    error_message = "its name says whose it is"
  }
}

run "protected" {
  command = plan

  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.release : r.deletion_policy == "PREVENT"])
    error_message = "a team that is taken out of the map does not lose its images"
  }
}

run "unprotected" {
  command = plan
  variables { delete_protection = false }

  assert {
    condition     = alltrue([for r in google_artifact_registry_repository.release : r.deletion_policy == "DELETE"])
    error_message = "without protection everything can be taken away"
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
    condition = alltrue([for r in concat(
      values(google_artifact_registry_repository.staging),
      values(google_artifact_registry_repository.cache),
      values(google_artifact_registry_repository.release),
      values(google_artifact_registry_repository.upstream),
      [google_artifact_registry_repository.service, google_artifact_registry_repository.functions],
    ) : r.kms_key_name == "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"])
    error_message = "every repository is encrypted with the installation's key"
  }
  assert {
    condition     = [for row in output.grants : row.role if row.who == "Artifact Registry's service agent"] == ["roles/cloudkms.cryptoKeyEncrypterDecrypter"]
    error_message = "Artifact Registry may use the key"
  }
}

run "a_team_in_capitals" {
  command = plan
  variables { teams = { Acme = {} } }
  expect_failures = [var.teams]
}

run "a_team_with_two_dashes" {
  command = plan
  variables { teams = { "ac--me" = {} } }
  expect_failures = [var.teams]
}

run "a_team_of_41_characters" {
  command = plan
  variables { teams = { "a-team-with-a-name-of-forty-one-charactrs" = {} } }
  expect_failures = [var.teams]
}

run "staging_for_a_day" {
  command = plan
  variables { settings = { staging_days = 1 } }
  expect_failures = [var.settings]
}

run "half_a_day_of_cache" {
  command = plan
  variables { settings = { cache_days = 0.5 } }
  expect_failures = [var.settings]
}

run "releases_gone_tomorrow" {
  command = plan
  variables { settings = { release_untagged_days = 1 } }
  expect_failures = [var.settings]
}
