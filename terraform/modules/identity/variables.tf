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

variable "sign_in" {
  description = <<-EOT
    Where people sign in. `client_id`: of the OAuth client that was made there. `secret`: the name of the Secret Manager
    secret of this project that has its client secret; the value is never here. With neither nobody signs in, the
    project's Identity Platform is left alone, and API tokens and Google ID tokens work all the same.
  EOT
  type = object({
    google = optional(object({ client_id = string, secret = string }))
    github = optional(object({ client_id = string, secret = string }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.sign_in.google == null ? true : can(regex("^[0-9]+-[a-z0-9]+\\.apps\\.googleusercontent\\.com$", var.sign_in.google.client_id))
    error_message = "sign_in.google.client_id must be the id of an OAuth client, like 123456789012-abc123.apps.googleusercontent.com."
  }

  validation {
    condition     = var.sign_in.github == null ? true : can(regex("^[A-Za-z0-9.]{10,64}$", var.sign_in.github.client_id))
    error_message = "sign_in.github.client_id must be the id of an OAuth app, like Ov23liAbCdEfGhIjKlMn."
  }

  validation {
    condition     = alltrue([for client in [var.sign_in.google, var.sign_in.github] : client == null ? true : can(regex("^[A-Za-z0-9_-]{1,255}$", client.secret)) && !can(regex("^(GOCSPX-.*|[0-9a-f]{40})$", client.secret))])
    error_message = "sign_in.*.secret must be the name of a secret in Secret Manager (sign-in-google), never the client secret itself."
  }
}

variable "address" {
  description = "Where people reach the API: https://HOST. Sign-ins may lead back there only."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https://[^/?#@:]+$", var.address))
    error_message = "address must be https://HOST, without a slash at its end."
  }
}

variable "first_team" {
  description = "The team that operates the installation, and its first admin; null: none is made. `id` is also its registry prefix."
  type = object({
    id    = string
    name  = string
    admin = string
  })
  default = null

  validation {
    # functions/core/team.ts, TEAM_ID and Team
    condition = var.first_team == null ? true : alltrue([
      can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.first_team.id)) && length(var.first_team.id) >= 2 && length(var.first_team.id) <= 40,
      length(var.first_team.name) >= 1 && length(var.first_team.name) <= 100,
      can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.first_team.admin)),
    ])
    error_message = "first_team must have an id (lower-case letters, digits and single dashes, 2 to 40), a name (up to 100 characters) and the e-mail address of its admin."
  }
}
