# What an environment says about itself, in one file like env/example.tfvars. `npm run deploy` reads these values
# through Terraform itself, so the defaults and the checks below are the only ones that there are.

variable "project" {
  description = "The id of the Google Cloud project. One project is one installation: its topics and its Firestore database have fixed names."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project must be a project's id, such as acme-builds (6–30 lower-case letters, digits and dashes), not its name or number."
  }
}

variable "project_number" {
  description = "The project's number, which the addresses of its functions have in them. `npm run deploy` finds and gives it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{6,20}$", var.project_number))
    error_message = "project_number must be the project's number; `gcloud projects describe PROJECT --format='value(projectNumber)'` prints it."
  }
}

variable "region" {
  description = "Where functions, builds and registries are, such as europe-west1. It cannot be changed later."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "region must be a region, such as europe-west1: neither a zone (europe-west1-b) nor a multi-region (eu)."
  }
}

variable "gateway_region" {
  description = "Where the API Gateway is, which exists in fewer regions than the rest; null: in `region`. Take the nearest."
  type        = string
  default     = null

  validation {
    condition     = var.gateway_region == null || can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.gateway_region))
    error_message = "gateway_region must be a region, such as europe-west1, or null for the region of the rest."
  }
}

variable "scheduler_region" {
  description = "Where Cloud Scheduler keeps the sweep's job, where `region` has none; null: in `region`."
  type        = string
  default     = null

  validation {
    condition     = var.scheduler_region == null || can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.scheduler_region))
    error_message = "scheduler_region must be a region, such as europe-west1, or null for the region of the rest."
  }
}

variable "firestore_location" {
  description = "Where the Firestore database is: a region, or a multi-region (eur3, nam5, nam7); null: in `region`. It cannot be changed later."
  type        = string
  default     = null

  validation {
    condition     = var.firestore_location == null || can(regex("^([a-z]+-[a-z]+[0-9]{1,2}|eur3|nam5|nam7)$", var.firestore_location))
    error_message = "firestore_location must be a region, eur3, nam5, nam7, or null for the region of the rest."
  }
}

variable "teams" {
  description = "The teams that have registries and builder accounts, by registry prefix (the first part of the path of a team's images). `public`: everybody may pull the team's released images."
  type        = map(object({ public = optional(bool, false) }))
  default     = {}
  nullable    = false

  validation {
    # functions/core/team.ts, TEAM_ID
    condition     = alltrue([for prefix in keys(var.teams) : can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", prefix)) && length(prefix) >= 2 && length(prefix) <= 40])
    error_message = "A team's registry prefix must be 2–40 lower-case letters, digits and single dashes, begin with a letter and not end with a dash."
  }
}

variable "first_team" {
  description = "The team that operates the installation, and its first admin, made once after the first deployment; null: made by hand with `npm run first-team`. Its id is also its registry prefix, so it must be one of `teams`."
  type = object({
    id    = string
    name  = string
    admin = string
  })
  default = null

  validation {
    condition     = var.first_team == null || contains(keys(var.teams), try(var.first_team.id, ""))
    error_message = "first_team.id must be one of `teams`: without registries the team could not build."
  }
  validation {
    condition     = var.first_team == null || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.first_team.admin))
    error_message = "first_team.admin must be the e-mail address that the person signs in with."
  }
  validation {
    condition     = var.first_team == null || try(length(var.first_team.name) >= 1 && length(var.first_team.name) <= 100, false)
    error_message = "first_team.name must have 1–100 characters."
  }
}

variable "builder_image" {
  description = "The builder image, by digest. `npm run deploy` builds it and gives it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9.-]+(:[0-9]+)?/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$", var.builder_image))
    error_message = "builder_image must name an image by digest (HOST/PATH@sha256:…): a tag could be moved under running builds."
  }
}

variable "bundles" {
  description = "The folder with what `npm run deploy` bundled: functions/NAME.zip and gateway.json.tftpl."
  type        = string
  default     = "../dist/deploy"
  nullable    = false

  validation {
    condition     = length(trimspace(var.bundles)) > 0 && !endswith(var.bundles, "/")
    error_message = "bundles must be a folder, without a slash at its end."
  }
}

variable "pool_capacity" {
  description = "How many builds run at once. More than Cloud Build's quota of concurrent builds only wait there instead of here."
  type        = number
  default     = 4
  nullable    = false

  validation {
    # functions/handlers/env.ts, MAX_CAPACITY
    condition     = var.pool_capacity >= 1 && var.pool_capacity <= 150 && floor(var.pool_capacity) == var.pool_capacity
    error_message = "pool_capacity must be a whole number from 1 to 150."
  }
}

variable "worker_pool" {
  description = "A private Cloud Build worker pool for the builds (modules/builder); null: Cloud Build's default pool. `internet`: whether its machines have an address of their own; without, builds go out through `network`, or through a VPC that is peered with Google's (`peered_network`)."
  type = object({
    machine_type   = optional(string, "e2-standard-4")
    disk_gb        = optional(number, 200)
    internet       = optional(bool, true)
    peered_network = optional(string)
  })
  default = null
}

variable "sign_in" {
  description = "How people sign in: OAuth clients, each with its id and the name of the Secret Manager secret, in this project, that holds its client secret."
  type = object({
    google = optional(object({ client_id = string, secret = string }))
    github = optional(object({ client_id = string, secret = string }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for client in [var.sign_in.google, var.sign_in.github] : client == null || can(regex("^[A-Za-z0-9_-]{1,255}$", client.secret))])
    error_message = "sign_in.*.secret must be the name of a secret in Secret Manager (letters, digits, _ and -): never the secret itself."
  }
  validation {
    condition     = var.sign_in.google == null || can(regex("^[0-9]+-[a-z0-9]+\\.apps\\.googleusercontent\\.com$", var.sign_in.google.client_id))
    error_message = "sign_in.google.client_id must be an OAuth client's id, NUMBER-….apps.googleusercontent.com."
  }
}

variable "google_id_audiences" {
  description = "Further OAuth clients whose Google identity tokens the API takes."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.google_id_audiences : can(regex("^[^\\s,]+$", id))])
    error_message = "google_id_audiences must be OAuth client ids, without spaces and commas."
  }
}

variable "github_app_id" {
  description = "The number of the installation's GitHub App; null: none. With it, service-github-app-private-key and service-github-webhook-secrets must have a version."
  type        = string
  default     = null

  validation {
    condition     = var.github_app_id == null || can(regex("^[0-9]{1,20}$", var.github_app_id))
    error_message = "github_app_id must be the App's number, as its settings show it; neither its name nor its client id."
  }
}

variable "github_token" {
  description = "Whether the installation has a token at GitHub, as the secret service-github-token."
  type        = bool
  default     = false
  nullable    = false
}

variable "github_webhook_secret" {
  description = "Whether an organization's webhook comes without an App, with its secret in service-github-webhook-secrets. With an App there is one anyway."
  type        = bool
  default     = false
  nullable    = false
}

variable "hosts" {
  description = "Git hosts of your own, and where their APIs are; what is left out is the public host, or its usual API (docs/configuration.md)."
  type = object({
    github_url     = optional(string)
    github_api_url = optional(string)
    gitlab_url     = optional(string)
    gitlab_api_url = optional(string)
    gitee_url      = optional(string)
    gitee_api_url  = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for url in values(var.hosts) : url == null || can(regex("^https://[^/?#@\\s]+[^?#@\\s]*[^/?#@\\s]$", url))])
    error_message = "hosts must be https addresses without a slash at their end."
  }
}

variable "private_hosts" {
  description = "Hosts (host:port) of repositories and of teams' own registries that may have private addresses and speak plain http."
  type = object({
    git        = optional(list(string), [])
    registries = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for host in concat(var.private_hosts.git, var.private_hosts.registries) : can(regex("^[A-Za-z0-9.-]+:[0-9]{1,5}$", host))])
    error_message = "private_hosts must be host:port, such as git.internal:443."
  }
}

variable "registry" {
  description = "How images are kept (modules/registry says what each is). `scanning` costs more than most builds: Google bills it by the image."
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
}

variable "limits" {
  description = "What callers and builds may use; null: the service's own limit (docs/configuration.md)."
  type = object({
    requests_per_minute        = optional(number)
    failed_sign_ins_per_minute = optional(number)
    sign_ins_per_minute        = optional(number)
    trusted_proxies            = optional(number)
    image_bytes                = optional(number)
    log_bytes                  = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for limit in values(var.limits) : limit == null || try(limit >= 1 && floor(limit) == limit, false)])
    error_message = "limits must be whole numbers of at least 1."
  }
}

variable "notification_channels" {
  description = "Who gets alerts: Cloud Monitoring's notification channels."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "budget" {
  description = "A monthly budget, in the billing account's currency, whose alerts go to the notification channels; null: none."
  type = object({
    billing_account = string
    amount          = number
  })
  default = null

  validation {
    condition     = var.budget == null || can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account))
    error_message = "budget.billing_account must be the id of a billing account, such as 012345-6789AB-CDEF01: `gcloud billing accounts list` prints it."
  }
  validation {
    condition     = var.budget == null || try(var.budget.amount >= 1 && floor(var.budget.amount) == var.budget.amount, false)
    error_message = "budget.amount must be a whole number of at least 1."
  }
}

variable "alerts" {
  description = "When alerts fire (modules/observability says what each is): nothing here is needed."
  type = object({
    oldest_queued_s         = optional(number, 900)
    failure_rate            = optional(number, 0.5)
    service_failure_rate    = optional(number, 0.1)
    failure_rate_min_builds = optional(number, 10)
    failure_rate_window_min = optional(number, 60)
    sweep_absent_min        = optional(number, 20)
    webhook_errors          = optional(number, 5)
    unkept_letter_s         = optional(number, 600)
  })
  default  = {}
  nullable = false
}

variable "kms_key" {
  description = "The Cloud KMS key that encrypts what is kept, in `region`; null: Google's keys."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key == null || can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "kms_key must be projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY, in the region of the rest."
  }
}

variable "network" {
  description = "A network of the installation's own, by whose fixed addresses functions and a private pool go out (modules/network); null: Google's."
  type = object({
    ranges       = optional(object({ functions = optional(string), builders = optional(string) }), {})
    addresses    = optional(number, 1)
    egress_ports = optional(set(number), [80, 443])
  })
  default = null
}

variable "delete_protection" {
  description = "Whether the database, the registries and the secrets are kept from being deleted. `npm run destroy` refuses while it is on."
  type        = bool
  default     = true
  nullable    = false
}

variable "labels" {
  description = "Labels of every resource that takes some."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))])
    error_message = "labels must have keys of lower-case letters, digits, _ and - that begin with a letter, and values of the same; 63 characters at most."
  }
}

variable "public_url" {
  description = "Where people reach the API, where a load balancer or a domain of your own stands before the gateway; null: the gateway's own address."
  type        = string
  default     = null

  validation {
    condition     = var.public_url == null || can(regex("^https://[^/?#@\\s]+$", var.public_url))
    error_message = "public_url must be https://HOST, without a path and without a slash at its end."
  }
}
