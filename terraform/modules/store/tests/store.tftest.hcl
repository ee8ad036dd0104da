mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls           = {}
  }
  firestore_agent = "serviceAccount:service-123456789012@gcp-sa-firestore.iam.gserviceaccount.com"
}

run "the_database" {
  command = plan

  assert {
    condition     = google_firestore_database.default.name == "(default)" && google_firestore_database.default.type == "FIRESTORE_NATIVE"
    error_message = "the clients take (default), in native mode"
  }
  assert {
    condition     = google_firestore_database.default.location_id == "europe-west1"
    error_message = "the database is in the installation's region unless told otherwise"
  }
  assert {
    condition     = google_firestore_database.default.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "a mistake can be undone for seven days"
  }
  assert {
    condition     = google_firestore_database.default.delete_protection_state == "DELETE_PROTECTION_ENABLED"
    error_message = "the database refuses to be deleted unless somebody said that it may be"
  }
  assert {
    condition     = google_firestore_backup_schedule.daily.retention == "2592000s" && length(google_firestore_backup_schedule.daily.daily_recurrence) == 1
    error_message = "a backup is made every day, and kept for 30"
  }
  assert {
    condition     = length(google_firestore_database.default.cmek_config) == 0 && length(output.grants) == 0
    error_message = "without a key nobody gets rights to one"
  }
  assert {
    condition     = output.access.condition.expression == "resource.type == \"firestore.googleapis.com/Database\" && resource.name == \"projects/demo-project/databases/(default)\""
    error_message = "a function's right ends at this database"
  }
}

# Both directions: what is in the plan, told from the plan alone, is what is in the file, told from the file alone.
run "the_list_of_indexes" {
  command = plan

  assert {
    condition = toset([for index in values(google_firestore_index.composite) : jsonencode([
      index.collection, index.query_scope,
      [for field in index.fields : [field.field_path, field.order, field.array_config]],
      ])]) == toset([for index in jsondecode(file("../../../firestore.indexes.json")).indexes : jsonencode([
      index.collectionGroup, index.queryScope,
      [for field in index.fields : [field.fieldPath, lookup(field, "order", null), lookup(field, "arrayConfig", null)]],
    ])])
    error_message = "the composite indexes are those of firestore.indexes.json"
  }
  assert {
    condition     = length(google_firestore_index.composite) == length(jsondecode(file("../../../firestore.indexes.json")).indexes)
    error_message = "no two indexes of the list are one resource"
  }
  assert {
    condition = toset([for override in values(google_firestore_field.override) : jsonencode([
      override.collection, override.field, length(override.ttl_config) == 1,
      [for index in override.index_config[0].indexes : [index.order, index.array_config, index.query_scope]],
      ])]) == toset([for override in jsondecode(file("../../../firestore.indexes.json")).fieldOverrides : jsonencode([
      override.collectionGroup, override.fieldPath, lookup(override, "ttl", false),
      [for index in override.indexes : [lookup(index, "order", null), lookup(index, "arrayConfig", null), lookup(index, "queryScope", null)]],
    ])])
    error_message = "the fields that expire or have no index are those of firestore.indexes.json"
  }
  assert {
    condition     = length([for override in values(google_firestore_field.override) : override if length(override.ttl_config) == 1]) > 0
    error_message = "some documents expire"
  }
  assert {
    condition     = alltrue([for resource in concat(values(google_firestore_index.composite), values(google_firestore_field.override)) : resource.database == "(default)" && resource.project == "demo-project"])
    error_message = "they are all of this database"
  }
}

run "a_key_of_ones_own" {
  command = plan

  variables {
    location = "eur3"
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = {}
      urls           = {}
      kms_key        = "projects/demo-project/locations/europe/keyRings/r/cryptoKeys/k"
    }
  }

  assert {
    condition     = google_firestore_database.default.cmek_config[0].kms_key_name == "projects/demo-project/locations/europe/keyRings/r/cryptoKeys/k"
    error_message = "the database is encrypted with the key"
  }
  assert {
    condition     = [for grant in output.grants : grant.role] == ["roles/cloudkms.cryptoKeyEncrypterDecrypter"]
    error_message = "Firestore's agent may use the key"
  }
}

run "a_key_for_the_database_alone" {
  command = plan

  variables {
    location = "nam5"
    kms_key  = "projects/demo-project/locations/us/keyRings/r/cryptoKeys/k"
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "us-central1"
      labels         = {}
      urls           = {}
      kms_key        = "projects/demo-project/locations/us-central1/keyRings/r/cryptoKeys/k"
    }
  }

  assert {
    condition     = google_firestore_database.default.cmek_config[0].kms_key_name == "projects/demo-project/locations/us/keyRings/r/cryptoKeys/k"
    error_message = "a database in a multi-region has a key of that multi-region"
  }
}

run "may_be_taken_away" {
  command = plan

  variables {
    delete_protection = false
  }

  assert {
    condition     = google_firestore_database.default.delete_protection_state == "DELETE_PROTECTION_DISABLED" && google_firestore_database.default.deletion_policy == "DELETE"
    error_message = "without protection, destroying deletes the database rather than forgetting it"
  }
}

run "a_key_elsewhere_is_refused" {
  command = plan

  variables {
    location = "eur3"
    installation = {
      project        = "demo-project"
      project_number = "123456789012"
      region         = "europe-west1"
      labels         = {}
      urls           = {}
      kms_key        = "projects/demo-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
    }
  }
  expect_failures = [google_firestore_database.default]
}

run "a_location_that_is_none" {
  command = plan
  variables {
    location = "Europe"
  }
  expect_failures = [var.location]
}

run "a_backup_for_ever" {
  command = plan
  variables {
    backup_retention_days = 99
  }
  expect_failures = [var.backup_retention_days]
}
