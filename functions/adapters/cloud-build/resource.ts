import type { protos } from '@google-cloud/cloudbuild';
import { attemptTag } from '#core/ids.ts';
import type { CloudBuildSpec } from '#core/ports.ts';

/** Where Cloud Builds are: their region is part of their name. */
export interface CloudBuildPlace {
  readonly projectId: string;
  readonly region: string;
}

/** What all Cloud Builds of an installation have in common. */
export interface CloudBuildSettings extends CloudBuildPlace {
  readonly builderImage: string;
  /** The accounts (e-mail addresses) that builds run as: of the repository's own code, and of forks. */
  readonly accounts: { readonly trusted: string; readonly forks: string };
  readonly exchangeUrl: string;
  readonly queueTtlS: number;
  /** The private pool to run in, `projects/P/locations/REGION/workerPools/NAME`; null: Google's own machines. */
  readonly workerPool: string | null;
  /** The bucket that builds write their logs to, `gs://NAME`; null: Cloud Logging. */
  readonly logsBucket: string | null;
  /** The hosts (`host:port`) of repositories that may be private and plain http. */
  readonly allowHosts: readonly string[];
}

/**
 * The Build: one step, and nothing in it that is secret. A build that names its account says where its log goes
 * too. Source: cloud.google.com/build/docs/api/reference/rest/v1/projects.builds
 */
export function buildResource(
  settings: CloudBuildSettings,
  spec: CloudBuildSpec,
): protos.google.devtools.cloudbuild.v1.IBuild {
  const { projectId, accounts, logsBucket, allowHosts } = settings;
  const env = {
    BITFLOW_BUILD_ID: spec.buildId,
    BITFLOW_ATTEMPT: String(spec.attempt),
    BITFLOW_EXCHANGE_URL: settings.exchangeUrl,
    BITFLOW_EXCHANGE_TOKEN: spec.exchangeToken,
    CLOUD_BUILD_ID: '$BUILD_ID',
    GOOGLE_CLOUD_PROJECT: projectId,
    ...(allowHosts.length > 0 && { BITFLOW_ALLOW_HOSTS: allowHosts.join(',') }),
  };
  return {
    steps: [
      { name: settings.builderImage, env: Object.entries(env).map(([name, value]) => `${name}=${value}`) },
    ],
    timeout: { seconds: spec.timeoutS },
    queueTtl: { seconds: settings.queueTtlS },
    tags: ['bitflow', attemptTag(spec.buildId, spec.attempt)],
    serviceAccount: `projects/${projectId}/serviceAccounts/${spec.trusted ? accounts.trusted : accounts.forks}`,
    ...(logsBucket !== null && { logsBucket }),
    options: { logging: logsBucket === null ? 'CLOUD_LOGGING_ONLY' : 'GCS_ONLY', ...machine(settings, spec) },
  };
}

/** A private pool's machines are the pool's own: Cloud Build takes no other type beside it. */
function machine({ workerPool }: CloudBuildSettings, { machineType }: CloudBuildSpec) {
  if (workerPool !== null) return { pool: { name: workerPool } };
  return machineType === null ? {} : { machineType };
}
