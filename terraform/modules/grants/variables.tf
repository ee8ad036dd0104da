variable "installation" {
  description = "What all modules know of the installation. `urls`: function or `planner` => its address."
  type = object({
    project        = string
    project_number = string
    region         = string
    labels         = map(string)
    urls           = map(string)
    kms_key        = optional(string)
  })
  nullable = false
}

variable "who" {
  description = "Who gets the rights, as docs/iam.md names it: `submit`."
  type        = string
  nullable    = false
}

variable "member" {
  description = "The same for IAM: `serviceAccount:EMAIL`. May be unknown in a plan."
  type        = string
  nullable    = false

  validation {
    condition     = var.member == "allUsers" || can(regex("^(serviceAccount|user|group|domain|principal|principalSet):.+$", var.member))
    error_message = "member must be allUsers, or a kind and a name as in serviceAccount:EMAIL. allAuthenticatedUsers is anybody with a Google account, and never meant."
  }
}

variable "grants" {
  description = <<-EOT
    What is granted, by a key of its own. `on` is the full id of the resource (for `project` it is ignored) and may be
    unknown in a plan; everything else is written down here and nowhere computed, because docs/iam.md is made of it.
    `label` names the resource, `why` says in one clause what the right is for.
  EOT
  type = map(object({
    kind  = string
    on    = optional(string)
    label = string
    role  = string
    why   = string
    condition = optional(object({
      title      = string
      expression = string
    }))
  }))
  nullable = false

  validation {
    condition = alltrue([for grant in var.grants : contains(
      ["project", "topic", "subscription", "secret", "repository", "service_account", "bucket", "service", "kms_key"],
      grant.kind,
    )])
    error_message = "kind must be project, topic, subscription, secret, repository, service_account, bucket, service or kms_key."
  }

  validation {
    condition     = alltrue([for grant in var.grants : can(regex("^(roles/[A-Za-z]+\\.[A-Za-z.]+|projects/[^/]+/roles/[A-Za-z0-9_.]+)$", grant.role))])
    error_message = "role must be a predefined role of one service (roles/pubsub.publisher) or a custom one of a project. roles/owner, roles/editor and roles/viewer are never the least there is."
  }

  validation {
    condition     = alltrue([for grant in var.grants : grant.kind == "project" || grant.on != null])
    error_message = "on must be the id of the resource; only a grant on the project goes without."
  }

  validation {
    # The others are one resource each already, and several of them take no condition.
    condition     = alltrue([for grant in var.grants : grant.kind == "project" || grant.condition == null])
    error_message = "a condition narrows a grant on the project; grant on a resource instead where there is one."
  }

  validation {
    condition     = alltrue([for grant in var.grants : can(regex("^[^\\n|]{3,200}$", grant.why)) && can(regex("^[^\\n|]{3,100}$", grant.label))])
    error_message = "label and why must be words for a table: one line, without |, of 3 to 100 and 3 to 200 characters."
  }

  validation {
    # What anybody may do: call a service that checks its callers itself, and pull images that a team made public.
    condition     = var.member != "allUsers" || alltrue([for grant in var.grants : contains(["roles/run.invoker", "roles/artifactregistry.reader"], grant.role)])
    error_message = "allUsers may be given roles/run.invoker or roles/artifactregistry.reader, and no other role."
  }
}
