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

variable "github" {
  description = <<-EOT
    Which of GitHub's secrets the installation has. A function does not start when it is given a secret without a value,
    so only what is used is made. `app`: the private key of its GitHub App, and its webhook's secret. `webhook_secrets`:
    that of an organization's webhook, without an App. `token`: a token for where the App is not installed.
  EOT
  type = object({
    app             = optional(bool, false)
    webhook_secrets = optional(bool, false)
    token           = optional(bool, false)
  })
  default  = {}
  nullable = false
}

variable "delete_protection" {
  description = "Whether Terraform refuses to delete the secrets. With EXCHANGE_KEY go the running builds, with WEBHOOK_KEY every repository's webhook."
  type        = bool
  default     = true
  nullable    = false
}

variable "secretmanager_agent" {
  description = "Secret Manager's own account in the project, as an IAM member (`agents` of `project-services`). It uses the KMS key, where there is one."
  type        = string
  nullable    = false
}
