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
  description = "Where the gateway is. API Gateway is in few regions, so it may be another one than the installation's."
  type        = string
  nullable    = false

  validation {
    # docs.cloud.google.com/api-gateway/docs/deployment-model, "Choosing a Google Cloud region", read in November 2026.
    condition = contains([
      "asia-northeast1",
      "australia-southeast1",
      "europe-west1",
      "europe-west2",
      "us-central1",
      "us-east1",
      "us-east4",
      "us-west2",
      "us-west3",
      "us-west4",
    ], var.region)
    error_message = "API Gateway is not in ${var.region}. Set gateway_region to one that is near: asia-northeast1, australia-southeast1, europe-west1, europe-west2, us-central1, us-east1, us-east4, us-west2, us-west3 or us-west4."
  }
}

variable "document" {
  description = "The path of the gateway's OpenAPI document (JSON), in which api_url and callback_url are to be filled in, as `npm run bundle` makes it from the API."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.document)
    error_message = "document must be a file that is there: npm run bundle writes gateway.json.tftpl."
  }
}

variable "public_url" {
  description = "Where people reach the API, if by a name of their own that leads to the gateway: https://builds.example.com. null: the gateway's own."
  type        = string
  default     = null

  validation {
    # functions/handlers/api/env.ts, PUBLIC_URL
    condition     = var.public_url == null ? true : can(regex("^https://[^/?#@]+$", var.public_url))
    error_message = "public_url must be https://HOST, without a slash at its end."
  }
}
