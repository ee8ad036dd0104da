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

variable "region" {
  description = "Where Cloud Scheduler keeps the job; null: the installation's region. Not every region that functions run in has Cloud Scheduler, and any of its regions can call any function: `gcloud scheduler locations list` tells them."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region must be a region as in europe-west1: one of `gcloud scheduler locations list`."
  }
}

variable "timeout_s" {
  description = "How long a sweep may take: the function's own timeout (seconds). Cloud Scheduler waits so long for its answer, 1800 at most."
  type        = number
  nullable    = false

  validation {
    condition     = var.timeout_s >= 15 && var.timeout_s <= 1800 && floor(var.timeout_s) == var.timeout_s
    error_message = "timeout_s must be whole seconds from 15 to 1800: Cloud Scheduler waits no shorter and no longer."
  }
}

variable "paused" {
  description = "Whether sweeping stands still, as it should while a backup is restored."
  type        = bool
  default     = false
  nullable    = false
}

variable "scheduler_agent" {
  description = "Cloud Scheduler's own account in the project, as an IAM member (`agents` of `project-services`)."
  type        = string
  nullable    = false
}
