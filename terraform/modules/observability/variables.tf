variable "installation" {
  description = "The installation that is watched, as every module gets it."
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

variable "notification_channels" {
  description = "Where alerts go: full ids of notification channels that exist already (projects/P/notificationChannels/N). Empty: incidents are seen in the console only."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.notification_channels : can(regex("^projects/[^/]+/notificationChannels/[^/]+$", id))])
    error_message = "Each of notification_channels must be a full id: projects/PROJECT/notificationChannels/NUMBER (gcloud beta monitoring channels list --format='value(name)')."
  }
}

variable "alerts" {
  description = "From where on an alert fires. What each means, and what to do then: docs/operate.md."
  type = object({
    # A queued build that waits longer than this (s).
    oldest_queued_s = optional(number, 900)
    # Of the builds that ended within the window, the part that was no success, whoever's fault it was (0 to 1)...
    failure_rate = optional(number, 0.5)
    # ... and the part that failed by a fault of the service, of Google Cloud or of the registry (0 to 1).
    service_failure_rate = optional(number, 0.1)
    # Rates say nothing about fewer ended builds than this within the window.
    failure_rate_min_builds = optional(number, 10)
    failure_rate_window_min = optional(number, 60)
    # Nothing came of the sweep for this long (minutes); it runs every minute, and may take 15 where registries are slow.
    sweep_absent_min = optional(number, 20)
    # Answers 5xx to git hosts within five minutes.
    webhook_errors = optional(number, 5)
    # A message that dead-letters could not keep is this old (s).
    unkept_letter_s = optional(number, 600)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.alerts.oldest_queued_s >= 60 && var.alerts.unkept_letter_s >= 60
    error_message = "alerts.oldest_queued_s and alerts.unkept_letter_s must be 60 s or more: they are looked at once a minute."
  }
  validation {
    condition     = alltrue([for rate in [var.alerts.failure_rate, var.alerts.service_failure_rate] : rate > 0 && rate < 1])
    error_message = "alerts.failure_rate and alerts.service_failure_rate are parts of all builds: more than 0 and less than 1 (0.5 is every second build)."
  }
  validation {
    condition     = alltrue([for n in [var.alerts.failure_rate_min_builds, var.alerts.webhook_errors] : n >= 1 && floor(n) == n])
    error_message = "alerts.failure_rate_min_builds and alerts.webhook_errors must be whole numbers from 1 on."
  }
  validation {
    condition     = alltrue([for m in [var.alerts.failure_rate_window_min, var.alerts.sweep_absent_min] : m >= 5 && m <= 1440 && floor(m) == m])
    error_message = "alerts.failure_rate_window_min and alerts.sweep_absent_min must be whole minutes from 5 to 1440 (a day): metrics come up to four minutes late."
  }
}

variable "budget" {
  description = "A monthly budget for the project, in the currency of the billing account; null: none. Whoever applies needs roles/billing.costsManager on the billing account."
  type = object({
    billing_account = string
    amount          = number
  })
  default = null

  validation {
    condition     = var.budget == null ? true : can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account))
    error_message = "budget.billing_account must be the id of a billing account, as 012345-6789AB-CDEF01 (gcloud billing accounts list)."
  }
  validation {
    condition     = var.budget == null ? true : var.budget.amount >= 1 && floor(var.budget.amount) == var.budget.amount
    error_message = "budget.amount must be a whole number of the billing account's currency, 1 or more."
  }
}

variable "documentation_url" {
  description = "Where docs/operate.md of the deployed version is read: alerts link to their sections of it. Null: alerts name the section, without a link."
  type        = string
  default     = null

  validation {
    condition     = var.documentation_url == null ? true : can(regex("^https://[^#\\s]+$", var.documentation_url))
    error_message = "documentation_url must be an https:// address without a fragment."
  }
}
