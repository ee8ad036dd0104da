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
  description = "Topic => its full id (`topics` of the module `bus`). It publishes to builds and reports."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["builds", "reports"], keys(var.topics))) == 0
    error_message = "topics must have the ids of builds and reports."
  }
}

variable "secrets" {
  description = "Variable => the full id of its secret (`env` of the module `secrets`). It is given EXCHANGE_KEY, GITHUB_APP_PRIVATE_KEY and GITHUB_TOKEN, of which GITHUB_APP_PRIVATE_KEY and GITHUB_TOKEN where there is one."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["EXCHANGE_KEY"], keys(var.secrets))) == 0
    error_message = "secrets must have EXCHANGE_KEY."
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

variable "builders" {
  description = "The accounts that builds run as, by e-mail: `trusted`, and `forks` for the code of strangers."
  type = object({
    trusted = string
    forks   = string
  })
  nullable = false
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

variable "areas" {
  description = "Where images lie: staging, release and cache => `host/path` with {team} for the registry prefix (`areas` of the module `registry`)."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for area in ["staging", "cache"] : length(split("{team}", lookup(var.areas, area, ""))) == 2])
    error_message = "areas must have staging and cache, with {team} in each exactly once."
  }
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

variable "team_writers" {
  description = "The accounts that write to a team's repositories, by e-mail: registry prefix => those of trusted builds and of builds of forks (`team_writers` of the module `registry`)."
  type = map(object({
    trusted = string
    forks   = string
  }))
  nullable = false
}

variable "callback_url" {
  description = "Where builders outside Google Cloud report: the gateway's address, before /v1/builds/."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https://.*[^/]$", var.callback_url))
    error_message = "callback_url must be an https address without a slash at its end."
  }
}

variable "limits" {
  description = "How large an image and a build's log may be, in bytes; null: the service's own limits (docs/configuration.md)."
  type = object({
    image_bytes = optional(number)
    log_bytes   = optional(number)
  })
  default  = {}
  nullable = false
}
