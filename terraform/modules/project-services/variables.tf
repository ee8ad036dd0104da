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

variable "scanning" {
  description = "Whether images are scanned as they are pushed. Google charges for each image."
  type        = bool
  default     = false
  nullable    = false
}

variable "budget" {
  description = "Whether the installation has a budget on its billing account."
  type        = bool
  default     = false
  nullable    = false
}

variable "network" {
  description = "Whether the installation has a network of its own."
  type        = bool
  default     = false
  nullable    = false
}
