mock_provider "google" {}

variables {
  installation = {
    project        = "demo-project"
    project_number = "123456789012"
    region         = "europe-west1"
    labels         = {}
    urls           = {}
  }
}

run "the_way_out" {
  command = plan

  assert {
    condition     = google_compute_network.this.auto_create_subnetworks == false
    error_message = "a network has the subnetworks that are asked for"
  }
  assert {
    condition     = { for name, subnetwork in google_compute_subnetwork.this : name => subnetwork.ip_cidr_range } == { functions = "10.96.0.0/24", builders = "10.96.1.0/24" }
    error_message = "functions and builders have addresses of their own"
  }
  assert {
    condition     = alltrue([for subnetwork in values(google_compute_subnetwork.this) : subnetwork.private_ip_google_access && length(subnetwork.log_config) == 1 && subnetwork.region == "europe-west1"])
    error_message = "Google's APIs are reached privately, and what went where is logged"
  }
  assert {
    condition     = google_compute_router_nat.this.nat_ip_allocate_option == "MANUAL_ONLY" && length(google_compute_address.out) == 1
    error_message = "what goes out does so by a fixed address"
  }
  assert {
    condition     = google_compute_router_nat.this.source_subnetwork_ip_ranges_to_nat == "ALL_SUBNETWORKS_ALL_IP_RANGES"
    error_message = "both subnetworks have a way out"
  }
  assert {
    condition     = google_compute_router_nat.this.enable_dynamic_port_allocation && !google_compute_router_nat.this.enable_endpoint_independent_mapping
    error_message = "Cloud NAT gives ports as they are asked for only without endpoint-independent mapping"
  }
  assert {
    condition     = google_compute_network_attachment.builders.connection_preference == "ACCEPT_MANUAL"
    error_message = "nobody's machines get into the network but those that are accepted"
  }
}

run "the_firewall" {
  command = plan

  variables {
    egress_ports = [443, 8443]
  }

  assert {
    condition     = google_compute_firewall.out.direction == "EGRESS" && one(google_compute_firewall.out.allow).protocol == "tcp" && one(google_compute_firewall.out.allow).ports == tolist(["443", "8443"])
    error_message = "the ports given may be called"
  }
  assert {
    condition     = google_compute_firewall.nothing_else.direction == "EGRESS" && one(google_compute_firewall.nothing_else.deny).protocol == "all" && google_compute_firewall.nothing_else.priority > google_compute_firewall.out.priority && google_compute_firewall.nothing_else.destination_ranges == toset(["0.0.0.0/0"])
    error_message = "nothing else may, to anywhere"
  }
}

run "addresses_of_googles_choice" {
  command = plan
  variables {
    addresses = 0
  }
  assert {
    condition     = google_compute_router_nat.this.nat_ip_allocate_option == "AUTO_ONLY" && length(google_compute_address.out) == 0
    error_message = "fixed addresses, which are charged for, can be left out"
  }
}

run "a_range_that_is_public" {
  command = plan
  variables {
    ranges = { functions = "8.8.8.0/24" }
  }
  expect_failures = [var.ranges]
}

run "a_range_that_is_none" {
  command = plan
  variables {
    ranges = { builders = "10.96.0.0" }
  }
  expect_failures = [var.ranges]
}

run "a_range_too_small" {
  command = plan
  variables {
    ranges = { functions = "10.96.0.0/28" }
  }
  expect_failures = [var.ranges]
}

run "one_range_for_both" {
  command = plan
  variables {
    ranges = { functions = "10.96.1.0/24" }
  }
  expect_failures = [var.ranges]
}

run "too_many_addresses" {
  command = plan
  variables {
    addresses = 9
  }
  expect_failures = [var.addresses]
}

run "no_way_to_google" {
  command = plan
  variables {
    egress_ports = [80]
  }
  expect_failures = [var.egress_ports]
}

run "a_port_that_is_none" {
  command = plan
  variables {
    egress_ports = [443, 70000]
  }
  expect_failures = [var.egress_ports]
}
