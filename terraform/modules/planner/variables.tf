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

  validation {
    condition     = contains(keys(var.installation.urls), "planner")
    error_message = "installation.urls has no address for planner."
  }
}

variable "builder_image" {
  description = "The builder image, by digest: the planner is another command of it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.builder_image))
    error_message = "builder_image must name an image by digest (HOST/PATH@sha256:…): plans and builds are made by the same one."
  }
}

variable "callers" {
  description = "The accounts that may ask for plans, by e-mail: who they are for docs/iam.md => address."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(var.callers) > 0
    error_message = "callers must name at least one account: the planner does not start without."
  }
}

variable "memory" {
  description = "Memory of an instance. The checkout lies in it too, so it is what bounds a repository that can be planned."
  type        = string
  default     = "2Gi"
  nullable    = false

  validation {
    condition     = can(regex("^[1-9][0-9]*(Mi|Gi)$", var.memory))
    error_message = "memory must be a number and Mi or Gi: 2Gi."
  }
}

variable "max_instances" {
  description = "How many plans are made side by side: an instance makes one at a time."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_instances >= 1 && var.max_instances <= 100 && floor(var.max_instances) == var.max_instances
    error_message = "max_instances must be a whole number from 1 to 100."
  }
}

variable "private_hosts" {
  description = "Hosts (host:port) of repositories that may have private addresses and speak plain http."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "network" {
  description = "The subnetwork that clones go out through; null: none."
  type = object({
    network     = string
    subnetwork  = string
    all_traffic = optional(bool, false)
  })
  default = null
}
