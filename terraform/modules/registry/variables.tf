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

variable "teams" {
  description = <<-EOT
    The teams that have infrastructure, by their registry prefix (docs/teams.md). `public`: everybody may pull what
    the team released, without signing in; its staging and cache stay private.
  EOT
  type = map(object({
    public = optional(bool, false)
  }))
  nullable = false

  validation {
    # functions/core/team.ts, TEAM_ID: the same words, or the service would look for repositories that have other names.
    condition     = alltrue([for prefix in keys(var.teams) : can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", prefix)) && length(prefix) >= 2 && length(prefix) <= 40])
    error_message = "A team is named by its registry prefix: lower-case letters, digits and single dashes, 2 to 40, a letter first."
  }
}

variable "settings" {
  description = <<-EOT
    How the repositories are kept. Days are those after an image was pushed.
    `cleanup_dry_run`: nothing is deleted by a policy; what would be is in the audit log (Data Access, "BatchDeleteVersions").
    `staging_days`, `cache_days`: older ones are deleted.
    `release_untagged_days`: released images that no tag names any more are deleted after so long; null: never.
    `immutable_tags`: released tags never move and are never removed. What that breaks: docs/decisions/0035.
    `scanning`: released images are scanned for known vulnerabilities when they are pushed (paid by the image).
    `pull_through`: repositories that fetch and keep public base images of Docker Hub and GHCR.
  EOT
  type = object({
    cleanup_dry_run       = optional(bool, false)
    staging_days          = optional(number, 3)
    cache_days            = optional(number, 30)
    release_untagged_days = optional(number)
    immutable_tags        = optional(bool, false)
    scanning              = optional(bool, false)
    pull_through          = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    # A release that fails is tried again for as long as its image is in staging.
    condition     = var.settings.staging_days >= 2 && var.settings.staging_days <= 365 && floor(var.settings.staging_days) == var.settings.staging_days
    error_message = "staging_days must be whole days, 2 to 365: an image waits there while its release is tried again."
  }

  validation {
    condition     = var.settings.cache_days >= 1 && var.settings.cache_days <= 365 && floor(var.settings.cache_days) == var.settings.cache_days
    error_message = "cache_days must be whole days, 1 to 365."
  }

  validation {
    condition     = var.settings.release_untagged_days == null ? true : var.settings.release_untagged_days >= 7 && floor(var.settings.release_untagged_days) == var.settings.release_untagged_days
    error_message = "release_untagged_days must be whole days, at least 7, or null for never: something may still run an image by its digest after its tags moved on."
  }
}

variable "delete_protection" {
  description = "Whether Terraform refuses to delete a repository of released images, as it would where a team is taken out of `teams`."
  type        = bool
  default     = true
  nullable    = false
}
