import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withoutTerraformSettings } from '#ops/cloud/terraform.ts';
import { DryRun } from '#test/support/cloud/dry-run.ts';
import { readPlan } from '#test/support/cloud/terraform.ts';

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
      sign_in: { providers: [], redirect: 'https://api.example.com/device/return' },
      first_team: 'made',
    });
    expect(run.effects()).toMatchInlineSnapshot(`
      [
        "terraform version -json",
        "gcloud services enable apigateway.googleapis.com artifactregistry.googleapis.com cloudbuild.googleapis.com cloudfunctions.googleapis.com cloudscheduler.googleapis.com firestore.googleapis.com iam.googleapis.com pubsub.googleapis.com secretmanager.googleapis.com storage.googleapis.com --project=acme-builds",
        "gcloud storage buckets create gs://acme-builds-bitflow-state --location=europe-west1 --project=acme-builds --uniform-bucket-level-access --public-access-prevention",
        "gcloud storage buckets update gs://acme-builds-bitflow-state --versioning",
        "terraform -chdir=DIR/terraform init -input=false -reconfigure -backend-config=bucket=acme-builds-bitflow-state -backend-config=prefix=bitflow",
        "terraform -chdir=DIR/terraform plan -input=false -out=DIR/.bitflow/deploy/acme-builds/foundation.tfplan -var-file=DIR/prod.tfvars -var=project_number=123456789012 -var=builder_image=none.invalid/none@sha256:0000000000000000000000000000000000000000000000000000000000000000 -target=module.project_services -target=module.registry -target=module.builder -target=module.secrets -target=module.platform",
        "terraform -chdir=DIR/terraform show -json DIR/.bitflow/deploy/acme-builds/foundation.tfplan",
        "terraform -chdir=DIR/terraform apply -input=false DIR/.bitflow/deploy/acme-builds/foundation.tfplan",
        "gcloud secrets versions add service-exchange-key --project=acme-builds --data-file=-",
        "gcloud secrets versions add service-webhook-key --project=acme-builds --data-file=-",
        "terraform -chdir=DIR/terraform output -json",
        "gcloud builds submit DIR/dist/deploy/builder-image --config=DIR/dist/deploy/builder-image/cloudbuild.yaml --substitutions=_IMAGE=europe-west1-docker.pkg.dev/acme-builds/bitflow-service/builder:feedc0defeedc0de --project=acme-builds --region=europe-west1 --service-account=projects/acme-builds/serviceAccounts/bitflow-image@acme-builds.iam.gserviceaccount.com --gcs-source-staging-dir=gs://acme-builds-bitflow-source/source --suppress-logs",
        "terraform -chdir=DIR/terraform plan -input=false -out=DIR/.bitflow/deploy/acme-builds/whole.tfplan -var-file=DIR/prod.tfvars -var=project_number=123456789012 -var=builder_image=europe-west1-docker.pkg.dev/acme-builds/bitflow-service/builder@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "terraform -chdir=DIR/terraform show -json DIR/.bitflow/deploy/acme-builds/whole.tfplan",
        "terraform -chdir=DIR/terraform apply -input=false DIR/.bitflow/deploy/acme-builds/whole.tfplan",
        "terraform -chdir=DIR/terraform output -json",
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

  it('hands keys over by standard input alone, and makes each once', async () => {
    await run.deploy();
    const added = run.calls.filter(({ args }) => args.slice(0, 3).join(' ') === 'secrets versions add');
    const keys = added.map(({ input }) => input);
    expect(keys).toEqual([expect.stringMatching(/^[\w-]{43}$/), expect.stringMatching(/^[\w-]{43}$/)]);
    expect(keys[0]).not.toBe(keys[1]);
    const seen = JSON.stringify([run.calls.map(({ args, env }) => [args, env]), run.said, await run.shown()]);
    expect(keys.filter((key) => seen.includes(key))).toEqual([]);
  });

  it('changes nothing when it is run again', async () => {
    await run.deploy();
    run.calls.length = 0;
    const { changes, first_team } = await run.deploy();
    expect({ changes, first_team }).toEqual({
      changes: { add: 0, change: 0, destroy: 0 },
      first_team: 'there',
    });
    expect(run.changes()).toEqual([]);
  });

  it('asks nothing with --yes, and without it changes nothing that was not agreed to', async () => {
    run.answers = () => 'n';
    await expect(run.deploy()).rejects.toThrow('state-bucket: you said no');
    expect(run.changes().filter((line) => !line.startsWith('gcloud services enable'))).toEqual([]);
    run.asked.length = 0;
    await run.deploy('--yes');
    expect(run.asked).toEqual([]);
  });

  it('gives Terraform one environment: the file, and nothing of the shell', async () => {
    await run.deploy();
    const terraform = run.calls.filter(({ tool, args }) => tool === 'terraform' && args[0] !== 'version');
    for (const { env } of terraform)
      expect(env).toMatchObject({
        TF_IN_AUTOMATION: '1',
        TF_DATA_DIR: `${run.dir}/.bitflow/deploy/acme-builds/terraform`,
        GOOGLE_BILLING_PROJECT: 'acme-builds',
        USER_PROJECT_OVERRIDE: 'true',
      });
    const shell = {
      TF_VAR_region: 'us-central1',
      TF_CLI_ARGS: '-parallelism=1',
      TF_WORKSPACE: 'x',
      HOME: '/home/ann',
    };
    expect(withoutTerraformSettings(shell)).toEqual({ HOME: '/home/ann' });
  });

  it('asks for the project to be typed before data is deleted, also with --yes', async () => {
    await run.deploy();
    run.project.images.clear();
    run.instead = ({ tool, args }) =>
      tool === 'terraform' && args[1] === 'show'
        ? {
            out: JSON.stringify({
              resource_changes: [
                {
                  address: 'module.registry.x',
                  type: 'google_artifact_registry_repository',
                  change: { actions: ['delete'], after: null },
                },
              ],
            }),
          }
        : undefined;
    run.asked.length = 0;
    await expect(run.deploy('--yes')).rejects.toThrow('apply: that was not acme-builds');
    expect(run.asked).toEqual([
      'Apply the plan above (0 to add, 0 to change, 1 to destroy)? Type acme-builds to go on: ',
    ]);
    expect(run.changes().at(-1)).toMatch(/^gcloud builds submit/);
  });

  it('waits for what Google needs time for', async () => {
    let isKnown = false;
    run.instead = ({ tool, args }) => {
      if (tool !== 'terraform' || args[1] !== 'apply' || isKnown) return undefined;
      isKnown = true;
      return {
        code: 1,
        err: 'Error: Error 400: Service account bitflow-image@x does not exist., badRequest\n',
      };
    };
    let asks = 0;
    run.statusOf = () => (++asks < 3 ? 404 : 200);
    await run.deploy();
    const applied = run.effects().filter((line) => line.includes(' apply '));
    expect(applied.length).toBe(3);
    // what is left is part of what was agreed to, so nobody is asked once more
    expect(run.asked.length).toBe(3);
    expect(run.slept).toEqual([5_000, 5_000, 10_000]);
  });

  it('waits until new rights count, before it builds as an account that has just got some', async () => {
    run.instead = async ({ tool, args }) => {
      if (tool !== 'terraform' || !args.join(' ').includes('show -json') || run.project.applied.size > 0)
        return;
      const plan = await readPlan(args.at(-1) ?? '');
      const change = { actions: ['create'], after: {} };
      const right = { address: 'module.builder.right', type: 'google_storage_bucket_iam_member', change };
      return { out: JSON.stringify({ resource_changes: [...plan.resource_changes, right] }) };
    };
    await run.deploy();
    expect(run.slept).toEqual([120_000]);
    await run.deploy();
    expect(run.slept).toEqual([120_000]);
  });

  it('leaves a builder image that is there as it is', async () => {
    run.project.images.add('feedc0defeedc0de');
    await run.deploy();
    expect(run.changes().filter((line) => line.includes('builds submit'))).toEqual([]);
  });
});
