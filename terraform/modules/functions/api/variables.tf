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

variable "platform" {
  description = "What functions are built with and kept in, and the roles made for them: the outputs of the module `platform`."
  type = object({
    source_bucket     = string
    build_account     = string
    images_repository = string
    roles             = map(string)
  })
  nullable = false
}

variable "bundle" {
  description = "The path of the function's zip."
  type        = string
  nullable    = false
}

variable "database" {
  description = "What is granted to read and write the database, and no other (`access` of the module `store`)."
  type = object({
    role = string
    condition = object({
      title      = string
      expression = string
    })
  })
  nullable = false
}

variable "topics" {
  description = "Topic => its full id (`topics` of the module `bus`). It publishes to builds, reports, deliveries, build-events, build-logs and cloud-builds."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["builds", "reports", "deliveries", "build-events", "build-logs", "cloud-builds"], keys(var.topics))) == 0
    error_message = "topics must have the ids of builds, reports, deliveries, build-events, build-logs and cloud-builds."
  }
}

variable "secrets" {
  description = "Variable => the full id of its secret (`env` of the module `secrets`). It is given WEBHOOK_KEY, GITHUB_APP_PRIVATE_KEY and GITHUB_TOKEN, of which GITHUB_APP_PRIVATE_KEY and GITHUB_TOKEN where there is one."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["WEBHOOK_KEY"], keys(var.secrets))) == 0
    error_message = "secrets must have WEBHOOK_KEY."
  }
}

variable "hosts" {
  description = "The git hosts: variables of functions/handlers/env.ts (HostsEnv) in small letters; null: the public host."
  type = object({
    github_url     = optional(string)
    github_api_url = optional(string)
    github_app_id  = optional(string)
    gitlab_url     = optional(string)
    gitlab_api_url = optional(string)
    gitee_url      = optional(string)
    gitee_api_url  = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    # functions/handlers/hosts.ts: with half an App the function does not start.
    condition     = (var.hosts.github_app_id != null) == contains(keys(var.secrets), "GITHUB_APP_PRIVATE_KEY")
    error_message = "hosts.github_app_id comes with the secret GITHUB_APP_PRIVATE_KEY, or neither does."
  }
}

variable "team_secrets" {
  description = "What is granted for the secrets that teams keep at run time, by what is done with them (`of_teams` of the module `secrets`)."
  type = map(object({
    role = string
    condition = object({
      title      = string
      expression = string
    })
  }))
  nullable = false
}

variable "teams" {
  description = "The registry prefixes of the teams that have registries. A build for any other is refused, with what to do."
  type        = list(string)
  nullable    = false
}

variable "repositories" {
  description = "Each team's repositories by their full ids: registry prefix => staging, release (`repositories` of the module `registry`)."
  type = map(object({
    staging = string
    release = string
  }))
  nullable = false
}

variable "areas" {
  description = "Where images lie: staging, release and cache => `host/path` with {team} for the registry prefix (`areas` of the module `registry`)."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for area in ["release"] : length(split("{team}", lookup(var.areas, area, ""))) == 2])
    error_message = "areas must have release, with {team} in each exactly once."
  }
}

variable "pool_capacity" {
  description = "How many builds run at once."
  type        = number
  nullable    = false

  validation {
    # functions/handlers/env.ts, MAX_CAPACITY
    condition     = var.pool_capacity >= 1 && var.pool_capacity <= 150 && floor(var.pool_capacity) == var.pool_capacity
    error_message = "pool_capacity must be a whole number from 1 to 150."
  }
}

variable "private_hosts" {
  description = "Hosts (host:port) that may have private addresses and speak plain http: of repositories, and of the teams' own registries."
  type = object({
    git        = optional(list(string), [])
    registries = optional(list(string), [])
  })
  default  = {}
  nullable = false
}

variable "network" {
  description = "The subnetwork that calls of hosts and registries go out through; null: none."
  type = object({
    network     = string
    subnetwork  = string
    all_traffic = optional(bool, false)
  })
  default = null
}

variable "gateway_account" {
  description = "The account that API Gateway calls functions as, by e-mail."
  type        = string
  nullable    = false
}

variable "device_sign_in" {
  description = "How people sign in from a terminal: where they reach the API, and Identity Platform's API key of the project; null: they cannot."
  type = object({
    public_url       = string
    identity_api_key = string
  })
  default = null
}

variable "google_id_audiences" {
  description = "The OAuth clients whose Google identity tokens are taken, besides Firebase's."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "limits" {
  description = "How often callers may ask, and how many proxies stand before the function, the gateway not counted; null: the service's own numbers (docs/configuration.md)."
  type = object({
    requests_per_minute        = optional(number)
    failed_sign_ins_per_minute = optional(number)
    sign_ins_per_minute        = optional(number)
    trusted_proxies            = optional(number)
  })
  default  = {}
  nullable = false
}
