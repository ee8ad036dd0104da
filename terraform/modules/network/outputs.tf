output "functions" {
  description = "What a function is given to go out through here: `network` of the module `function`."
  value = {
    network     = google_compute_network.this.id
    subnetwork  = google_compute_subnetwork.this["functions"].id
    all_traffic = true
  }
  depends_on = [google_compute_router_nat.this, google_compute_firewall.out]
}

output "builders" {
  description = "The network attachment of a private pool, whose builds go out through here."
  value       = google_compute_network_attachment.builders.id
  depends_on  = [google_compute_router_nat.this, google_compute_firewall.out]
}

output "addresses" {
  description = "The public addresses that functions and builders go out by, for other people's allow lists."
  value       = google_compute_address.out[*].address
}
