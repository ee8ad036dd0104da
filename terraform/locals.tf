locals {
  labels = merge({ app = "bitflow" }, var.labels)

  # A function is a folder of modules/functions; functions.tf says what it is given.
  functions = toset([for file in fileset("${path.module}/modules/functions", "*/main.tf") : dirname(file)])

  # What every module knows. The addresses are the ones that Cloud Run makes of name, project and region: known before
  # anything is there, so that two functions can have each other's (docs/decisions/0030).
  installation = {
    project        = var.project
    project_number = var.project_number
    region         = var.region
    labels         = local.labels
    kms_key        = var.kms_key
    urls = {
      for name in setunion(local.functions, ["planner"]) :
      name => "https://bitflow-${name}-${var.project_number}.${var.region}.run.app"
    }
  }

  bundles = { for name in local.functions : name => "${var.bundles}/functions/${name}.zip" }
}
