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

variable "agents" {
  description = "Google's own accounts in the project that get rights here, as IAM members (`agents` of `project-services`)."
  type = object({
    pubsub     = string
    cloudbuild = string
  })
  nullable = false
}

variable "storage_regions" {
  description = "The regions in which Pub/Sub may keep messages, as an organization's policy may ask for; none: wherever they are published."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.storage_regions : can(regex("^[a-z]+-[a-z]+[0-9]+$", region))])
    error_message = "storage_regions must be regions as in europe-west1; Pub/Sub takes no multi-regions here."
  }
}
