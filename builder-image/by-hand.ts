import { EXIT_CODE } from '#core/exit-codes.ts';
import { callbackBus } from './adapters/callback.ts';
import type { Bus } from './adapters/events.ts';
import type { ByHandEnv, Callback, parseByHand } from './by-hand/env.ts';
import { accessOf, makeGrant, UNLIMITED } from './by-hand/grant.ts';
import { type Resolved, resolveRef } from './by-hand/resolve-ref.ts';
import { remoteOf } from './checkout.ts';
import { BuildFailure } from './failure.ts';
import { Masker } from './log/mask.ts';
import { LogShipper } from './log/shipper.ts';
import { Reporter } from './report.ts';
import { learnSecrets, runBuild } from './run-build.ts';
import type { Workspace } from './workspace.ts';

const STOPPED_AS = new BuildFailure('internal', 'The build was stopped.', { fault: 'transient' });

/** A build that nothing but the environment describes. Returns the exit code. */
export async function runByHand(
  { env, callback }: ReturnType<typeof parseByHand>,
  stop: AbortSignal,
): Promise<number> {
  const masker = new Masker();
  if (callback) masker.add('CALLBACK_TOKEN', callback.CALLBACK_TOKEN.reveal());
  const bus = busOf(callback, masker);
  if ('problems' in env) return refuse(env.problems, bus, masker);
  learn(masker, env);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(tooLong(env)), env.BUILD_TIMEOUT_S * 1000);
  const signal = AbortSignal.any([stop, limit.signal]);
  try {
    return await runBuild({
      ...{ env, bus, masker, signal, logBytes: UNLIMITED, outputFolder: undefined, stoppedAs: STOPPED_AS },
      grant: async (workspace, say) => {
        const resolved = await resolve(env, workspace, signal);
        say(`${env.REPO_REF} is ${resolved.commit_sha}`);
        return makeGrant(env, resolved);
      },
    });
  } finally {
    clearTimeout(timer);
  }
}

/** A wrong environment is a failed build too, for whoever waits for its callback. */
async function refuse(problems: readonly string[], bus: Bus, masker: Masker): Promise<number> {
  const failure = new BuildFailure('config_invalid', `The environment is wrong. ${problems.join('; ')}.`);
  console.error(['The environment is wrong (docs/builder-by-hand.md):', ...problems].join('\n  '));
  await new Reporter(bus, new LogShipper(masker, (chunk) => bus.log(chunk), UNLIMITED)).failed(failure);
  return EXIT_CODE[failure.fault];
}

/** Asks the repository's server which commit is meant. */
async function resolve(env: ByHandEnv, workspace: Workspace, signal: AbortSignal): Promise<Resolved> {
  const remote = await remoteOf(accessOf(env).clone, { allow: env.BITFLOW_ALLOW_HOSTS });
  const folders = { gitDir: workspace.git, workTree: workspace.source };
  const context = { env: workspace.env, account: workspace.account, signal, onStderr: () => undefined };
  return resolveRef(context, folders, remote, env.REPO_REF);
}

function busOf(callback: Callback | null, masker: Masker): Bus {
  const print = (line: string) => console.log(line);
  const warn = (line: string) => console.error(masker.mask(line));
  if (callback) {
    const { BUILD_JOB_ID: buildId, CALLBACK_URL: url, CALLBACK_TOKEN: token } = callback;
    return callbackBus({ buildId, url, token: token.reveal(), print, warn });
  }
  return {
    patienceMs: 1000,
    report: async () => undefined,
    log: async ({ lines }) => lines.forEach(({ text }) => void print(text)),
  };
}

function learn(masker: Masker, env: ByHandEnv): void {
  const { credential } = env.REPO_CLONE_URL;
  // GitHub takes a token as the user too, with this password or none.
  if (credential && ['', 'x-oauth-basic'].includes(credential.password.reveal())) {
    masker.add('clone user', credential.username);
  }
  learnSecrets(masker, accessOf(env));
}

function tooLong({ BUILD_TIMEOUT_S }: ByHandEnv): BuildFailure {
  return new BuildFailure('timed_out', `The build took longer than ${BUILD_TIMEOUT_S} s (BUILD_TIMEOUT_S).`);
}
