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

variable "location" {
  description = "Where the database is: a region, `eur3` or `nam5`. It can never be moved. null: the installation's region."
  type        = string
  default     = null

  validation {
    condition     = var.location == null || can(regex("^(eur3|nam5|nam7|[a-z]+-[a-z]+[0-9]+)$", var.location))
    error_message = "location must be a region as in europe-west1, or one of Firestore's multi-regions: eur3, nam5, nam7."
  }
}

variable "delete_protection" {
  description = "Whether the database refuses to be deleted, by Terraform as by hand."
  type        = bool
  default     = true
  nullable    = false
}

variable "backup_retention_days" {
  description = "For how many days each daily backup is kept. Firestore takes 98 at most."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 98 && floor(var.backup_retention_days) == var.backup_retention_days
    error_message = "backup_retention_days must be a whole number from 1 to 98: Firestore keeps a backup for 14 weeks at most."
  }
}

variable "firestore_agent" {
  description = "Firestore's own account in the project, as an IAM member (`project-services`). It uses the KMS key, where there is one."
  type        = string
  nullable    = false
}

variable "kms_key" {
  description = "A key for the database alone, where it is in a multi-region and the installation's key in a region. null: the installation's."
  type        = string
  default     = null
}
