output "account_email" {
  description = "GATEWAY_ACCOUNT: whose identity tokens the gateway's calls have."
  value       = google_service_account.gateway.email
}

output "member" {
  description = "The same for IAM, for the functions behind the gateway to let it in."
  value       = google_service_account.gateway.member
}

output "hostname" {
  description = "The host that Google gave the gateway."
  value       = google_api_gateway_gateway.gateway.default_hostname
}

output "public_url" {
  description = "PUBLIC_URL and CALLBACK_URL: where the API is reached from outside, without a slash at its end."
  value       = var.public_url == null ? "https://${google_api_gateway_gateway.gateway.default_hostname}" : var.public_url
}
