import { randomUUID } from 'node:crypto';
import { log } from '#adapters/log.ts';
import { route, subscriber } from '#adapters/pubsub/subscriber.ts';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import { ReportWake, TOPICS } from '#core/messages.ts';
import { reportCommit } from '#use-cases/report-commit.ts';
import { common, givingUp } from '../common.ts';
import { parseEnv } from '../env.ts';
import { hostsOf } from '../hosts.ts';
import { Env } from './env.ts';

/** Logs come by another way than what a builder reports, and may be a moment later. */
const LATE_LOG_MS = 3000;

const env = parseEnv(Env, process.env);
const secretManager = secretManagerClient(env.GOOGLE_CLOUD_PROJECT, env.SECRET_MANAGER_ENDPOINT);
const deps = {
  ...common(env),
  secrets: secretManagerStore(secretManager, env.GOOGLE_CLOUD_PROJECT),
  hosts: hostsOf(env),
  holder: randomUUID,
  reportLeaseMs: env.REPORT_LEASE_MS,
  lateLogMs: LATE_LOG_MS,
  onRefused: ({ repository, commit_sha }: { repository: string; commit_sha: string }, why: string) =>
    log('WARNING', 'a host does not take a report', { repository, commit_sha, why }),
};

subscriber('report', givingUp(env, deps.bus), [
  route(TOPICS.reports, ReportWake, ({ build_id }) => reportCommit(deps, build_id)),
]);
