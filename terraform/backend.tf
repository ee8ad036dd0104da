# The state is in a bucket of the project's own, which `npm run deploy` makes (docs/deploy.md) and names here:
# `terraform init -backend-config=bucket=PROJECT-bitflow-state`.
terraform {
  backend "gcs" {
    prefix = "bitflow"
  }
}
