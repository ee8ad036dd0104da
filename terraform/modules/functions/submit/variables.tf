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

variable "builders" {
  description = "The accounts that builds run as, by e-mail: `trusted`, and `forks` for the code of strangers."
  type = object({
    trusted = string
    forks   = string
  })
  nullable = false
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

variable "builder_image" {
  description = "The image that builds run, by digest."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.builder_image))
    error_message = "builder_image must name an image by digest (HOST/PATH@sha256:…): a tag could be moved under running builds."
  }
}

variable "worker_pool" {
  description = "The private pool that builds run in, by its full name; null: Google's own machines. Known in a plan."
  type        = string
  default     = null

  validation {
    condition     = var.worker_pool == null ? true : can(regex("^projects/[^/]+/locations/${var.installation.region}/workerPools/[^/]+$", var.worker_pool))
    error_message = "worker_pool must be projects/PROJECT/locations/REGION/workerPools/NAME, in the installation's region."
  }
}

variable "logs_bucket" {
  description = "The bucket that Cloud Build writes its own logs of builds to, by its name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._-]+$", var.logs_bucket))
    error_message = "logs_bucket must be a bucket's name, without gs://."
  }
}

variable "private_hosts" {
  description = "Hosts (host:port) of repositories that may have private addresses and speak plain http: builds are told of them."
  type        = list(string)
  default     = []
  nullable    = false
}
