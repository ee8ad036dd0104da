# One environment. Copy it to env/prod.tfvars (git ignores it) and deploy with
#   npm run deploy -- --var-file env/prod.tfvars
# Only project and region must be set. terraform/variables.tf describes each value; docs/deploy.md the way.

project = "acme-builds"
region  = "europe-west1"

# API Gateway exists in fewer regions than the rest. Needed where `region` is not one of them.
# gateway_region = "europe-west1"

# A multi-region costs twice as much and survives the loss of a region. It can't be changed later.
# firestore_location = "eur3"

# Each team has registries and builder accounts of its own. A team that is not here cannot build.
teams = {
  acme = {}
  # tools = { public = true }   everybody may pull what it releases
}

# Made once, at the end of the first deployment.
first_team = {
  id    = "acme"
  name  = "Acme"
  admin = "ann@example.com"
}

# Builds at once. The default pool has at most 10–30 in a project; see docs/deploy.md, "Quotas".
pool_capacity = 4

# A pool of your own: larger machines, no way out for builds, or more builds at once.
# worker_pool = { machine_type = "e2-standard-4", disk_gb = 100, internet = true }

# How people sign in. The client secret is in Secret Manager, under the name given here:
#   gcloud secrets create sign-in-github --data-file=-
# sign_in = {
#   github = { client_id = "Ov23…", secret = "sign-in-github" }
#   google = { client_id = "123-abc.apps.googleusercontent.com", secret = "sign-in-google" }
# }

# The installation's GitHub App (docs/github.md). The deployment says how its key gets into Secret Manager.
# github_app_id = "123456"

# registry = {
#   cleanup_dry_run = true   # cleanup policies only say what they would delete
#   scanning        = true   # released images are searched for known vulnerabilities: Google bills $0.26 for each
# }

# Who is told. `gcloud beta monitoring channels list --project acme-builds` prints them.
# notification_channels = ["projects/acme-builds/notificationChannels/1234567890"]
# budget                = { billing_account = "012345-ABCDEF-678901", amount = 100 }

# `npm run destroy` refuses while this is true, which it is unless set.
# delete_protection = false

labels = { environment = "production" }
