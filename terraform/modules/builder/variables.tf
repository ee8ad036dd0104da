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

variable "topics" {
  description = "The topics that builders publish to, by their full ids."
  type = object({
    build_events = string
    build_logs   = string
  })
  nullable = false
}

variable "service_repository" {
  description = "The full id of the repository that has the builder image."
  type        = string
  nullable    = false
}

variable "worker_pool" {
  description = <<-EOT
    Builds on machines of a private pool; null: on Cloud Build's own, which the teams' limits choose by type.
    `machine_type`: a type of Compute Engine. `disk_gb`: the disk of a machine. `internet`: whether its machines have
    an external address; without, they go out through `network` or through a peered one. `peered_network`: a VPC
    (projects/NUMBER/global/networks/NAME) that is peered with servicenetworking.googleapis.com, and leads to git hosts
    and registries.
  EOT
  type = object({
    machine_type   = optional(string, "e2-standard-4")
    disk_gb        = optional(number, 200)
    internet       = optional(bool, true)
    peered_network = optional(string)
  })
  default = null

  validation {
    condition     = var.worker_pool == null ? true : can(regex("^[a-z][a-z0-9]*-[a-z]+(-[0-9]+)?$", var.worker_pool.machine_type))
    error_message = "worker_pool.machine_type must be a machine type of Compute Engine, as in e2-standard-4. (E2_HIGHCPU_8 is one of the default pool.)"
  }

  validation {
    # cloud.google.com/build/docs/private-pools/private-pool-config-file-schema, diskSizeGb
    condition     = var.worker_pool == null ? true : var.worker_pool.disk_gb >= 100 && var.worker_pool.disk_gb <= 4000 && floor(var.worker_pool.disk_gb) == var.worker_pool.disk_gb
    error_message = "worker_pool.disk_gb must be whole gigabytes, 100 to 4000."
  }

  validation {
    condition     = try(var.worker_pool.peered_network, null) == null ? true : can(regex("^projects/[^/]+/global/networks/[a-z][a-z0-9-]*$", var.worker_pool.peered_network))
    error_message = "worker_pool.peered_network must be like projects/123456789012/global/networks/builds."
  }

  validation {
    condition     = var.worker_pool == null ? true : var.worker_pool.internet || var.worker_pool.peered_network != null || var.network != null
    error_message = "A pool without addresses of its own (internet = false) needs `network` or peered_network: a build clones from its git host, and would reach none."
  }

  validation {
    condition     = try(var.worker_pool.peered_network, null) == null || var.network == null
    error_message = "A private pool is in one network: `network`, or worker_pool.peered_network."
  }
}

variable "network" {
  description = "The network that the private pool's machines go out through, all of their traffic, by its network attachment (modules/network); null: Google's. Without a private pool it means nothing: machines of the default pool are in Google's network."
  type = object({
    attachment = string
  })
  default = null
}

variable "log_days" {
  description = "How long Cloud Build's logs of builds are kept (days). The service's own copy of a build's log has its own time."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.log_days >= 1 && var.log_days <= 3650 && floor(var.log_days) == var.log_days
    error_message = "log_days must be whole days, 1 to 3650."
  }
}
