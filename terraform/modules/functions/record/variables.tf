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
  description = "Topic => its full id (`topics` of the module `bus`). It publishes to builds, reports and dead-letters."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["builds", "reports", "dead-letters"], keys(var.topics))) == 0
    error_message = "topics must have the ids of builds, reports and dead-letters."
  }
}

variable "secrets" {
  description = "Variable => the full id of its secret (`env` of the module `secrets`). It is given EXCHANGE_KEY."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["EXCHANGE_KEY"], keys(var.secrets))) == 0
    error_message = "secrets must have EXCHANGE_KEY."
  }
}

variable "push" {
  description = "The account that Pub/Sub calls functions as, as an IAM member (`push` of the module `bus`)."
  type        = string
  nullable    = false
}

variable "max_delivery_attempts" {
  description = "After how many deliveries a message is given up, as its subscriptions have it (`max_delivery_attempts` of the module `bus`)."
  type        = number
  nullable    = false
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
    condition     = alltrue([for area in ["staging", "release"] : length(split("{team}", lookup(var.areas, area, ""))) == 2])
    error_message = "areas must have staging and release, with {team} in each exactly once."
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
