# For who needs fixed addresses to go out by, or hosts that only a private network reaches. Functions use it by direct
# egress, builders by a private pool's attachment; nothing in it can be called.

resource "google_compute_network" "this" {
  project                 = var.installation.project
  name                    = "bitflow"
  description             = "BitFlow: the way out of functions and builders"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "this" {
  for_each = var.ranges

  project       = var.installation.project
  region        = var.installation.region
  network       = google_compute_network.this.id
  name          = "bitflow-${each.key}"
  ip_cidr_range = each.value

  # Google's APIs are reached without an external address.
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

# Where a private pool puts a second foot into this network (`private_service_connect` of the pool, with
# `route_all_traffic`). Manual: nobody's machines come in by knowing the name. Cloud Build's agent has the right to put
# its own project on the list of those accepted, and does so when the pool is made; that was read, not seen.
resource "google_compute_network_attachment" "builders" {
  project               = var.installation.project
  region                = var.installation.region
  name                  = "bitflow-builders"
  subnetworks           = [google_compute_subnetwork.this["builders"].id]
  connection_preference = "ACCEPT_MANUAL"

  lifecycle {
    ignore_changes = [producer_accept_lists]
  }
}

resource "google_compute_address" "out" {
  count = var.addresses

  project = var.installation.project
  region  = var.installation.region
  name    = "bitflow-out-${count.index + 1}"
  labels  = var.installation.labels
}

resource "google_compute_router" "this" {
  project = var.installation.project
  region  = var.installation.region
  network = google_compute_network.this.id
  name    = "bitflow"
}

resource "google_compute_router_nat" "this" {
  project = var.installation.project
  region  = var.installation.region
  router  = google_compute_router.this.name
  name    = "bitflow"

  nat_ip_allocate_option             = var.addresses > 0 ? "MANUAL_ONLY" : "AUTO_ONLY"
  nat_ips                            = var.addresses > 0 ? google_compute_address.out[*].id : null
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"

  # A build opens few connections or hundreds; ports are given as they are asked for.
  enable_dynamic_port_allocation      = true
  enable_endpoint_independent_mapping = false
  min_ports_per_vm                    = 64
  max_ports_per_vm                    = 4096

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}

# Outwards only what is asked for. Nothing is let in: a network without rules refuses that by itself.
resource "google_compute_firewall" "out" {
  project            = var.installation.project
  network            = google_compute_network.this.id
  name               = "bitflow-out"
  direction          = "EGRESS"
  priority           = 1000
  destination_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = sort([for port in var.egress_ports : tostring(port)])
  }
}

resource "google_compute_firewall" "nothing_else" {
  project            = var.installation.project
  network            = google_compute_network.this.id
  name               = "bitflow-nothing-else-out"
  direction          = "EGRESS"
  priority           = 65534
  destination_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}
