output "grants" {
  description = "What was granted, a line each for docs/iam.md. Known in a plan: nothing of it comes from a resource."
  value = [for key, grant in var.grants : {
    who       = var.who
    kind      = grant.kind
    label     = grant.label
    role      = grant.role
    why       = grant.why
    condition = grant.condition
  }]
}
