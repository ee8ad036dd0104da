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
  description = "Topic => its full id (`topics` of the module `bus`). It publishes to deliveries."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["deliveries"], keys(var.topics))) == 0
    error_message = "topics must have the ids of deliveries."
  }
}

variable "secrets" {
  description = "Variable => the full id of its secret (`env` of the module `secrets`). It is given WEBHOOK_KEY and GITHUB_WEBHOOK_SECRETS, of which GITHUB_WEBHOOK_SECRETS where there is one."
  type        = map(string)
  nullable    = false

  validation {
    condition     = length(setsubtract(["WEBHOOK_KEY"], keys(var.secrets))) == 0
    error_message = "secrets must have WEBHOOK_KEY."
  }
}
