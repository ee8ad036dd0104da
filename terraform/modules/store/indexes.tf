# The one list of indexes, which the emulator's tests hold against every query of the code (docs/decisions/0017).

locals {
  list = jsondecode(file("${path.module}/../../../firestore.indexes.json"))

  indexes = {
    for index in local.list.indexes :
    "${index.collectionGroup}: ${join(", ", [for field in index.fields : "${field.fieldPath} ${try(field.order, field.arrayConfig)}"])}" => index
  }
  fields = { for field in local.list.fieldOverrides : "${field.collectionGroup}.${field.fieldPath}" => field }
}

resource "google_firestore_index" "composite" {
  for_each = local.indexes

  project     = var.installation.project
  database    = google_firestore_database.default.name
  collection  = each.value.collectionGroup
  query_scope = each.value.queryScope

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path   = fields.value.fieldPath
      order        = try(fields.value.order, null)
      array_config = try(fields.value.arrayConfig, null)
    }
  }
}

# Fields that no query asks for have no index of their own (what is large or random costs at each write and makes
# writes wait for each other), and documents go when their `expire_at` has passed, within a day or so.
resource "google_firestore_field" "override" {
  for_each = local.fields

  project    = var.installation.project
  database   = google_firestore_database.default.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  # Empty: no index.
  index_config {
    dynamic "indexes" {
      for_each = each.value.indexes
      content {
        order        = try(indexes.value.order, null)
        array_config = try(indexes.value.arrayConfig, null)
        query_scope  = try(indexes.value.queryScope, null)
      }
    }
  }

  dynamic "ttl_config" {
    for_each = try(each.value.ttl, false) ? ["on"] : []
    content {}
  }
}
