import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DryRun } from '#test/support/cloud/dry-run.ts';

describe('npm run deploy', () => {
  let run: DryRun;
  beforeEach(async () => {
    run = await DryRun.start();
  });
  afterEach(() => run.stop());

  it('makes an empty project into an installation, in this order and with these arguments', async () => {
    const result = await run.deploy();
    expect(result).toEqual({
      project: 'acme-builds',
      region: 'europe-west1',
      plan_only: false,
      changes: { add: 7, change: 0, destroy: 0 },
      webhook_url: 'https://webhooks.example.com',
      api_url: 'https://api.example.com',
      first_team: 'made',
    });
    expect(run.effects()).toMatchInlineSnapshot(`
      [
        "terraform version -json",
        "gcloud services enable apigateway.googleapis.com artifactregistry.googleapis.com cloudbuild.googleapis.com cloudfunctions.googleapis.com cloudscheduler.googleapis.com firestore.googleapis.com iam.googleapis.com pubsub.googleapis.com secretmanager.googleapis.com storage.googleapis.com --project=acme-builds",
        "gcloud storage buckets create gs://acme-builds-bitflow-state --location=europe-west1 --project=acme-builds --uniform-bucket-level-access --public-access-prevention",
        "gcloud storage buckets update gs://acme-builds-bitflow-state --versioning",
        "terraform -chdir=DIR/terraform init -input=false -reconfigure -backend-config=bucket=acme-builds-bitflow-state -backend-config=prefix=bitflow",
        "terraform -chdir=DIR/terraform plan -input=false -out=DIR/.bitflow/deploy/acme-builds/foundation.tfplan -var-file=DIR/prod.tfvars -var=builder_image=none.invalid/none@sha256:0000000000000000000000000000000000000000000000000000000000000000 -target=module.project_services -target=module.registry -target=module.builder -target=module.secrets",
        "terraform -chdir=DIR/terraform show -json DIR/.bitflow/deploy/acme-builds/foundation.tfplan",
        "terraform -chdir=DIR/terraform apply -input=false DIR/.bitflow/deploy/acme-builds/foundation.tfplan",
        "gcloud secrets versions add service-exchange-key --project=acme-builds --data-file=-",
        "gcloud secrets versions add service-webhook-key --project=acme-builds --data-file=-",
        "terraform -chdir=DIR/terraform output -json",
        "gcloud builds submit DIR/dist/deploy/builder-image --config=DIR/dist/deploy/builder-image/cloudbuild.yaml --substitutions=_IMAGE=europe-west1-docker.pkg.dev/acme-builds/bitflow-service/builder:feedc0defeedc0de --project=acme-builds --region=europe-west1 --service-account=projects/acme-builds/serviceAccounts/bitflow-image@acme-builds.iam.gserviceaccount.com --gcs-source-staging-dir=gs://acme-builds-bitflow-source/source --suppress-logs",
        "terraform -chdir=DIR/terraform plan -input=false -out=DIR/.bitflow/deploy/acme-builds/whole.tfplan -var-file=DIR/prod.tfvars -var=builder_image=europe-west1-docker.pkg.dev/acme-builds/bitflow-service/builder@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "terraform -chdir=DIR/terraform show -json DIR/.bitflow/deploy/acme-builds/whole.tfplan",
        "terraform -chdir=DIR/terraform apply -input=false DIR/.bitflow/deploy/acme-builds/whole.tfplan",
        "terraform -chdir=DIR/terraform output -json",
      ]
    `);
    expect(run.asked).toMatchInlineSnapshot(`
      [
        "Make the bucket acme-builds-bitflow-state in europe-west1 for Terraform's state? [y/N] ",
        "Apply this first part (6 to add, 0 to change, 0 to destroy)? [y/N] ",
        "Apply the plan above (7 to add, 0 to change, 0 to destroy)? [y/N] ",
      ]
    `);
  });
});
