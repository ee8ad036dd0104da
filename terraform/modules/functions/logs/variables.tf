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
