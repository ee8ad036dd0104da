# The REST API for people and programs (docs/api.md). Only the gateway may call it: it tells who the caller is by tokens
# that Cloud Run has checked (GATEWAY_TOKENS, docs/decisions/0027), which would be anybody's word if others could.
module "function" {
  source = "../../function"

  installation = var.installation
  platform     = var.platform
  name         = "api"
  description  = "The API of BitFlow builds."
  bundle       = var.bundle
  network      = var.network

  # Who waits for a log takes no processor meanwhile.
  concurrency   = 80
  max_instances = 20
  # A plan takes up to 70 s.
  timeout_s = 120

  ingress = "all"
  invokers = {
    gateway = {
      who    = "API Gateway"
      member = "serviceAccount:${var.gateway_account}"
      why    = "passes callers' requests on"
    }
  }

  env = merge({
    REGION           = var.installation.region
    REGISTRY_RELEASE = var.areas["release"]
    POOL_CAPACITY    = tostring(var.pool_capacity)
    WEBHOOKS_URL     = var.installation.urls["webhooks"]
    PLANNER_URL      = var.installation.urls["planner"]
    GATEWAY_ACCOUNT  = var.gateway_account
    GATEWAY_AUDIENCE = var.installation.urls["api"]
    GATEWAY_TOKENS   = "checked"
    # Not an empty value, which might count as none: then every team would have registries.
    TEAMS = length(var.teams) == 0 ? "," : join(",", var.teams)
    }, var.device_sign_in == null ? {} : {
    PUBLIC_URL       = var.device_sign_in.public_url
    IDENTITY_API_KEY = var.device_sign_in.identity_api_key
  })

  optional_env = merge({ for name, value in var.hosts : upper(name) => value }, {
    CLONE_ALLOW_HOSTS          = length(var.private_hosts.git) == 0 ? null : join(",", var.private_hosts.git)
    REGISTRY_ALLOW_HOSTS       = length(var.private_hosts.registries) == 0 ? null : join(",", var.private_hosts.registries)
    GOOGLE_ID_AUDIENCES        = length(var.google_id_audiences) == 0 ? null : join(",", var.google_id_audiences)
    TRUSTED_PROXIES            = var.limits.trusted_proxies
    REQUESTS_PER_MINUTE        = var.limits.requests_per_minute
    FAILED_SIGN_INS_PER_MINUTE = var.limits.failed_sign_ins_per_minute
    SIGN_INS_PER_MINUTE        = var.limits.sign_ins_per_minute
  })

  secrets = { for name, secret in var.secrets : name => secret if contains(["WEBHOOK_KEY", "GITHUB_APP_PRIVATE_KEY", "GITHUB_TOKEN"], name) }
}
