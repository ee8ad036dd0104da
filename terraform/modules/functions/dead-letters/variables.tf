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

variable "push" {
  description = "The account that Pub/Sub calls functions as, as an IAM member (`push` of the module `bus`)."
  type        = string
  nullable    = false
}
