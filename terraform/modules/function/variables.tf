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
  description = "What functions are built with and kept in: the outputs of the module `platform`."
  type = object({
    source_bucket     = string
    build_account     = string
    images_repository = string
  })
  nullable = false
}

variable "name" {
  description = "The function: a folder of functions/handlers, `dead-letters`. In the project it is `bitflow-` and this."
  type        = string
  nullable    = false

  validation {
    # The account's id is bitflow-NAME, and may have 30 characters.
    condition     = can(regex("^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$", var.name))
    error_message = "name must be lower-case letters, digits and hyphens, 22 at most: the account of the function is bitflow-NAME."
  }
  validation {
    condition     = contains(keys(var.installation.urls), var.name)
    error_message = "installation.urls has no address for the function ${var.name}."
  }
}

variable "description" {
  description = "What the function does, in a line; the console shows it."
  type        = string
  nullable    = false
}

variable "bundle" {
  description = "The path of the function's zip, as `npm run bundle` makes it."
  type        = string
  nullable    = false

  validation {
    condition     = endswith(var.bundle, ".zip") && fileexists(var.bundle)
    error_message = "bundle must be a zip that is there: npm run deploy makes those of all functions."
  }
}

variable "env" {
  description = "The function's variables (functions/handlers/NAME/env.ts). Values may be unknown in a plan, and none is null."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.env) : can(regex("^[A-Z][A-Z0-9_]*$", name)) && name != "GOOGLE_CLOUD_PROJECT"])
    error_message = "env must have names in capitals, and not GOOGLE_CLOUD_PROJECT, which every function gets."
  }
}

variable "optional_env" {
  description = "Variables that are left out where they are null, and then have the default of env.ts. Whether they are is known in a plan, or the plan could not say which variables there are."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.optional_env) : can(regex("^[A-Z][A-Z0-9_]*$", name)) && !contains(keys(var.env), name)])
    error_message = "optional_env must have names in capitals that env does not have."
  }
}

variable "secrets" {
  description = "The variables that are secret: name => full id of the secret, whose newest version an instance reads when it starts."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for id in values(var.secrets) : can(regex("^projects/[^/]+/secrets/[^/]+$", id))])
    error_message = "secrets must be full ids: projects/PROJECT/secrets/NAME. A value has no place here."
  }
  validation {
    condition     = length(setintersection(keys(var.secrets), concat(keys(var.env), keys(var.optional_env)))) == 0
    error_message = "a variable is in env or in secrets, not in both."
  }
}

variable "memory" {
  description = "Memory of an instance, as Cloud Run writes it: 512Mi."
  type        = string
  default     = "512Mi"
  nullable    = false

  validation {
    condition     = can(regex("^[1-9][0-9]*(Mi|Gi)$", var.memory))
    error_message = "memory must be a number and Mi or Gi: 512Mi."
  }
}

variable "cpu" {
  description = "Processors of an instance."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.cpu > 0 && var.cpu <= 8
    error_message = "cpu must be more than 0, and 8 at most."
  }
}

variable "concurrency" {
  description = "How many requests an instance takes at a time."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000 && floor(var.concurrency) == var.concurrency
    error_message = "concurrency must be a whole number from 1 to 1000."
  }
  validation {
    # docs.cloud.google.com/run/docs/configuring/services/cpu: less than one processor takes one request at a time.
    condition     = var.concurrency == 1 || var.cpu >= 1
    error_message = "concurrency above 1 takes at least one processor."
  }
}

variable "min_instances" {
  description = "Instances that are kept when nobody calls, and cost what they cost. 0: none."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.min_instances >= 0 && var.min_instances <= var.max_instances
    error_message = "min_instances must not be negative, nor above max_instances."
  }
}

variable "max_instances" {
  description = "Instances at most, whatever comes."
  type        = number
  nullable    = false

  validation {
    condition     = var.max_instances >= 1 && var.max_instances <= 1000
    error_message = "max_instances must be from 1 to 1000."
  }
}

variable "timeout_s" {
  description = "Seconds that a request may take."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.timeout_s >= 1 && var.timeout_s <= 3600
    error_message = "timeout_s must be from 1 to 3600 seconds."
  }
}

variable "ingress" {
  description = "Where requests may come from: `all`, or `internal`: Pub/Sub and Cloud Scheduler of this project, and its networks. Either way IAM decides who may call."
  type        = string
  default     = "internal"
  nullable    = false

  validation {
    condition     = contains(["all", "internal"], var.ingress)
    error_message = "ingress must be all or internal."
  }
}

variable "network" {
  description = "The subnetwork that the function's own calls go out through; null: none. `all_traffic`: also those to public addresses, which then needs a Cloud NAT there."
  type = object({
    network     = string
    subnetwork  = string
    all_traffic = optional(bool, false)
  })
  default = null
}

variable "invokers" {
  description = "Who may call the function, by a key of its own. `who` and `why` are for docs/iam.md."
  type = map(object({
    who    = string
    member = string
    why    = string
  }))
  default  = {}
  nullable = false
}
