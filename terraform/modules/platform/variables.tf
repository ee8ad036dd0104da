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

variable "images_repository" {
  description = "The full id of the repository that the functions' images are kept in (`functions_repository` of the module `registry`)."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^projects/[^/]+/locations/[^/]+/repositories/[^/]+$", var.images_repository))
    error_message = "images_repository must be a full id: projects/PROJECT/locations/REGION/repositories/NAME."
  }
}

variable "agents" {
  description = "Google's own accounts in the project that use the KMS key for functions, as IAM members (`agents` of `project-services`)."
  type = object({
    cloudfunctions = string
    run            = string
  })
  nullable = false
}
