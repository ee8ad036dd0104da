import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DryRun, TFVARS } from '#test/support/cloud/dry-run.ts';
import type { Project } from '#test/support/cloud/project.ts';

interface Case {
  readonly what: string;
  readonly wrong?: (project: Project) => void;
  readonly tfvars?: string;
  readonly missing?: string;
  readonly step: string;
  readonly message: RegExp;
  readonly next: RegExp;
}

const policy = (id: string, value: unknown) => (project: Project) => {
  project.policies[id] = value;
};
const having = (wrong: Partial<Project>) => (project: Project) => void Object.assign(project, wrong);
const restricted = { listPolicy: { allowedValues: ['C0abcdef'] } };
const leftOver = (type: string, name: string) => (project: Project) =>
  void project.leftOver.set(type, [name]);

const CASES: readonly Case[] = [
  {
    what: 'no gcloud',
    missing: 'gcloud',
    step: 'account',
    message: /Cloud CLI is not installed/,
    next: /sdk\/docs\/install/,
  },
  {
    what: 'an old gcloud',
    wrong: having({ gcloudVersion: '412.0.0' }),
    step: 'account',
    message: /412\.0\.0 is older than 500\.0/,
    next: /update it/,
  },
  {
    what: 'an old Terraform',
    wrong: having({ terraformVersion: '1.9.8' }),
    step: 'account',
    message: /1\.9\.8 is older than 1\.11/,
    next: /update it/,
  },
  {
    what: 'nobody logged in',
    wrong: having({ loggedIn: false }),
    step: 'account',
    message: /nobody is logged in/,
    next: /^gcloud auth login$/,
  },
  {
    what: 'no application default credentials',
    wrong: having({ credentials: false }),
    step: 'account',
    message: /no application default credentials/,
    next: /^gcloud auth application-default login$/,
  },
  {
    what: 'no such project',
    wrong: having({ lifecycle: null }),
    step: 'account',
    message: /no project acme-builds, or this login may not see it/,
    next: /gcloud projects create acme-builds/,
  },
  {
    what: 'a project that is being deleted',
    wrong: having({ lifecycle: 'DELETE_REQUESTED' }),
    step: 'account',
    message: /being deleted/,
    next: /undelete acme-builds/,
  },
  {
    what: 'no billing',
    wrong: having({ billing: false }),
    step: 'account',
    message: /no billing account/,
    next: /billing projects link acme-builds/,
  },
  {
    what: 'a region without API Gateway',
    tfvars: TFVARS.replace('europe-west1', 'europe-west3'),
    step: 'project',
    message: /API Gateway does not exist in europe-west3/,
    next: /set gateway_region to one of .*europe-west1/,
  },
  {
    what: 'a region without functions',
    tfvars: TFVARS.replace('europe-west1', 'europe-west2'),
    step: 'project',
    message: /Cloud Run functions does not exist in europe-west2/,
    next: /set region to one of europe-west1/,
  },
  {
    what: 'a place without Firestore',
    tfvars: `${TFVARS}\nfirestore_location = "nam5"`,
    step: 'project',
    message: /Firestore does not exist in nam5/,
    next: /eur3/,
  },
  {
    what: 'Datastore mode',
    wrong: (p) =>
      void p.databases.push({
        name: 'projects/p/databases/(default)',
        type: 'DATASTORE_MODE',
        locationId: 'europe-west1',
      }),
    step: 'project',
    message: /Datastore mode/,
    next: /take another project/,
  },
  {
    what: 'a database elsewhere',
    wrong: (p) =>
      void p.databases.push({
        name: 'projects/p/databases/(default)',
        type: 'FIRESTORE_NATIVE',
        locationId: 'eur3',
      }),
    step: 'project',
    message: /is in eur3, not in europe-west1/,
    next: /firestore_location = "eur3"/,
  },
  {
    what: 'domain-restricted sharing',
    wrong: policy('iam.allowedPolicyMemberDomains', restricted),
    step: 'project',
    message: /must let allUsers in/,
    next: /exception to iam\.allowedPolicyMemberDomains on acme-builds/,
  },
  {
    what: 'internal ingress only',
    wrong: policy('run.allowedIngress', { listPolicy: { allowedValues: ['is:internal'] } }),
    step: 'project',
    message: /run\.allowedIngress is in the way/,
    next: /exception/,
  },
  {
    what: 'internal functions only',
    wrong: policy('cloudfunctions.allowedIngressSettings', {
      listPolicy: { allowedValues: ['ALLOW_INTERNAL_ONLY'] },
    }),
    step: 'project',
    message: /cloudfunctions\.allowedIngressSettings is in the way/,
    next: /exception/,
  },
  {
    what: 'no service accounts',
    wrong: policy('iam.disableServiceAccountCreation', { booleanPolicy: { enforced: true } }),
    step: 'project',
    message: /a service account of its own/,
    next: /exception/,
  },
  {
    what: 'certain worker pools only',
    wrong: policy('cloudbuild.allowedWorkerPools', restricted),
    step: 'project',
    message: /set worker_pool/,
    next: /exception/,
  },
  {
    what: 'other locations only',
    wrong: policy('gcp.resourceLocations', { listPolicy: { allowedValues: ['in:us-locations'] } }),
    step: 'project',
    message: /nothing may be made in europe-west1/,
    next: /exception/,
  },
  {
    what: 'a client secret that is not there',
    tfvars: `${TFVARS}\nsign_in = { github = { client_id = "Ov23liAbCdEfGhIjKlMn", secret = "sign-in-github" } }`,
    step: 'project',
    message: /sign-in-github, and Secret Manager has no version/,
    next: /gcloud secrets create sign-in-github/,
  },
  {
    what: 'a state bucket of somebody else',
    wrong: (p) => void p.foreignBuckets.add('acme-builds-bitflow-state'),
    step: 'state-bucket',
    message: /somebody else has a bucket/,
    next: /--state-bucket NAME/,
  },
  {
    what: 'a bucket of somebody else',
    wrong: (p) => void p.foreignBuckets.add('acme-builds-bitflow-logs'),
    step: 'foundation',
    message: /bucket acme-builds-bitflow-logs \(module\.builder/,
    next: /another project/,
  },
  {
    what: 'a service account that is left over',
    wrong: leftOver('google_service_account', 'bitflow-image'),
    step: 'foundation',
    message: /service account bitflow-image/,
    next: /import/,
  },
  {
    what: 'topics of another installation',
    wrong: leftOver('google_pubsub_topic', 'deliveries'),
    step: 'plan',
    message: /topic deliveries \(module\.bus/,
    next: /one project is one installation/,
  },
  {
    what: 'a gateway of another installation',
    wrong: leftOver('google_api_gateway_gateway', 'bitflow'),
    step: 'plan',
    message: /API gateway bitflow/,
    next: /import/,
  },
  {
    what: 'a custom role that is left over',
    wrong: leftOver('google_project_iam_custom_role', 'bitflowApi'),
    step: 'plan',
    message: /custom role bitflowApi/,
    next: /import/,
  },
  {
    what: 'a database that Terraform did not make',
    wrong: (p) =>
      void p.databases.push({
        name: 'projects/p/databases/(default)',
        type: 'FIRESTORE_NATIVE',
        locationId: 'europe-west1',
      }),
    step: 'plan',
    message: /Firestore database \(default\)/,
    next: /import/,
  },
  {
    what: 'a service agent without its role, which this login may not give it',
    wrong: having({ agents: ['gcp-sa-cloudbuild', 'gcp-sa-artifactregistry'], mayGrant: false }),
    step: 'agents',
    message: /gcp-sa-pubsub\S+ has no role in acme-builds, and could not be given its own/,
    next: /add-iam-policy-binding acme-builds --member=\S+gcp-sa-pubsub\S+ --role=roles\/pubsub\.serviceAgent/,
  },
  {
    what: 'a GitHub App without its key',
    tfvars: `${TFVARS}\ngithub_app_id = "12345"`,
    step: 'keys',
    message: /no version of service-github-app-private-key, service-github-webhook-secrets/,
    next: /versions add service-github-app-private-key --project=acme-builds --data-file=FILE/,
  },
  {
    what: 'a value that is not right',
    tfvars: TFVARS.replace('acme-builds', 'Acme'),
    step: 'values',
    message: /project must be a project's id/,
    next: /correct prod\.tfvars/,
  },
  {
    what: 'no region',
    tfvars: 'project = "acme-builds"',
    step: 'values',
    message: /"region" is not set/,
    next: /correct prod\.tfvars/,
  },
  {
    what: 'a variable that there is not',
    tfvars: `${TFVARS}\npool_capacty = 3`,
    step: 'values',
    message: /sets pool_capacty, and there is no such variable/,
    next: /spelling/,
  },
];

describe('what breaks deployments', () => {
  let run: DryRun;
  beforeEach(async () => {
    run = await DryRun.start();
  });
  afterEach(() => run.stop());

  it.each(CASES)('$what is found in $step, with a message and a next step of its own', async (one) => {
    one.wrong?.(run.project);
    if (one.tfvars !== undefined) await run.set(one.tfvars);
    if (one.missing !== undefined) await run.remove(one.missing);
    const error = await run.deploy('--yes').catch((error: unknown) => error);
    expect(error).toMatchObject({
      failure: {
        step: one.step,
        message: expect.stringMatching(one.message),
        next: expect.stringMatching(one.next),
        go_on: 'npm run deploy -- --var-file prod.tfvars',
      },
    });
  });

  it('finds all that stands in the way at once, before anything but APIs is touched', async () => {
    run.project.policies['iam.allowedPolicyMemberDomains'] = restricted;
    await run.set(TFVARS.replace('europe-west1', 'europe-west3').concat('\nfirestore_location = "nam5"'));
    await expect(run.deploy()).rejects.toMatchObject({
      failure: {
        message: expect.stringMatching(
          /gateway-region: .*\n.*allowedPolicyMemberDomains.*\n.*firestore-location/s,
        ),
      },
    });
    expect(run.changes().map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'gcloud services enable',
    ]);
  });

  it('gives a service agent its own role where Google did not', async () => {
    run.project.agents = ['gcp-sa-pubsub', 'gcp-sa-artifactregistry'];
    await run.deploy();
    expect(run.changes().filter((line) => line.includes('add-iam-policy-binding'))).toEqual([
      'gcloud projects add-iam-policy-binding acme-builds --member=serviceAccount:service-123456789012@gcp-sa-cloudbuild.iam.gserviceaccount.com --role=roles/cloudbuild.serviceAgent --condition=None --format=none',
    ]);
  });

  it('leaves out a check where somebody knows better', async () => {
    run.project.policies['iam.allowedPolicyMemberDomains'] = restricted;
    await run.deploy('--skip-check', 'iam.allowedPolicyMemberDomains');
    expect(run.said).toContain('  left out iam.allowedPolicyMemberDomains: as you said');
  });

  it('asks again where Google is overloaded, and says what gcloud said where it may not', async () => {
    let times = 0;
    run.instead = ({ args }) => {
      if (args[0] === 'billing' && ++times < 3)
        return { code: 1, err: 'ERROR: UNAVAILABLE: 503 backend error' };
      return args.includes('gcp.resourceLocations')
        ? { code: 1, err: 'PERMISSION_DENIED: orgpolicy.policy.get' }
        : undefined;
    };
    await expect(run.deploy()).rejects.toMatchObject({
      failure: {
        message: expect.stringContaining('PERMISSION_DENIED: orgpolicy.policy.get'),
        next: expect.stringContaining('--skip-check gcp.resourceLocations'),
      },
    });
    expect(run.slept).toEqual([5_000, 10_000]);
  });

  it('does not make a key anew that somebody disabled', async () => {
    await run.deploy();
    run.project.secrets.set('service-webhook-key', ['DISABLED']);
    await expect(run.deploy()).rejects.toThrow(
      'keys: every version of the secret service-webhook-key is disabled',
    );
    expect(run.project.secrets.get('service-webhook-key')).toEqual(['DISABLED']);
  });
});
