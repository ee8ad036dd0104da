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
  description = "Topic => its full id (`topics` of the module `bus`). It publishes to dead-letters."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["dead-letters"], keys(var.topics))) == 0
    error_message = "topics must have the ids of dead-letters."
  }
}

variable "secrets" {
  description = "Variable => the full id of its secret (`env` of the module `secrets`). It is given GITHUB_APP_PRIVATE_KEY and GITHUB_TOKEN, those that are there."
  type        = map(string)
  nullable    = false
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

variable "network" {
  description = "The subnetwork that calls of hosts and registries go out through; null: none."
  type = object({
    network     = string
    subnetwork  = string
    all_traffic = optional(bool, false)
  })
  default = null
}
