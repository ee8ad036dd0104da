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

variable "ranges" {
  description = "The private addresses (IPv4 CIDR) that functions and builders get. Choose others where the network is to be connected with one that uses these."
  type = object({
    functions = optional(string, "10.96.0.0/24")
    builders  = optional(string, "10.96.1.0/24")
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([for range in values(var.ranges) :
      can(cidrhost(range, 1)) && can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.)", range))
    ])
    error_message = "ranges must be private IPv4 ranges as in 10.96.0.0/24: of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16."
  }
  validation {
    # Cloud Run takes no subnetwork smaller than /26 for direct egress.
    condition     = alltrue([for range in values(var.ranges) : try(tonumber(split("/", range)[1]), 0) <= 26])
    error_message = "ranges must be /26 or larger: each instance of a function takes addresses of its own."
  }
  validation {
    condition     = var.ranges.functions != var.ranges.builders
    error_message = "ranges of functions and builders must be two: what builds run is nobody's code to trust."
  }
}

variable "addresses" {
  description = "How many fixed public addresses everything goes out by, for git hosts and registries that let in only those they know. 0: Google chooses, and they change."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.addresses >= 0 && var.addresses <= 8 && floor(var.addresses) == var.addresses
    error_message = "addresses must be a whole number from 0 to 8: each carries some 64,000 connections."
  }
}

variable "egress_ports" {
  description = "The TCP ports that may be called outside, beside DNS. A git host or registry on another port needs it here."
  type        = set(number)
  default     = [80, 443]
  nullable    = false

  validation {
    condition     = contains(var.egress_ports, 443)
    error_message = "egress_ports must have 443: without it no API of Google can be called."
  }
  validation {
    condition     = alltrue([for port in var.egress_ports : port >= 1 && port <= 65535 && floor(port) == port])
    error_message = "egress_ports must be whole numbers from 1 to 65535."
  }
}
