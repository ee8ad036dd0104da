import type { ExchangeGrant } from '#core/exchange.ts';
import { EXIT_CODE } from '#core/exit-codes.ts';
import { callbackBus } from './adapters/callback.ts';
import { type Bus, pubsubBus } from './adapters/events.ts';
import { basic } from './adapters/git.ts';
import { build } from './build.ts';
import { type BuilderEnv, parseEnv } from './env.ts';
import { exchange } from './exchange.ts';
import { Stopped, toFailure } from './failure.ts';
import { Masker } from './log/mask.ts';
import { LogShipper } from './log/shipper.ts';
import { Reporter } from './report.ts';
import { makeWorkspace } from './workspace.ts';

/** 128 + SIGTERM, as a shell has it: whoever stopped the build knows why. */
const STOPPED = 143;

/** The step: exchange, then build and report. Returns the exit code. */
async function main(env: BuilderEnv, signal: AbortSignal): Promise<number> {
  const masker = new Masker();
  masker.add('exchange token', env.BITFLOW_EXCHANGE_TOKEN.reveal());
  const exchanged = await exchange(env, signal);
  if (exchanged.kind === 'not_ours') {
    console.log(`Nothing to do: ${exchanged.why}.`);
    return 0;
  }
  const { grant } = exchanged;
  masker.add('identity token', exchanged.identity.reveal());
  learnSecrets(masker, grant);
  const bus = busOf(env, grant, masker);
  const log = new LogShipper(masker, (chunk) => bus.log(chunk), grant.limits.log_bytes);
  const reporter = new Reporter(bus, log);
  const workspace = await makeWorkspace(env);
  try {
    const result = await build({ env, grant, workspace, reporter, log, signal });
    reporter.say(`Pushed ${grant.registry.staging}@${result.index_digest}`);
    await reporter.built(result, grant.build.attempt, env.BUILDER_OUTPUT);
    console.log(`Built ${result.index_digest}`);
    return 0;
  } catch (error) {
    if (error instanceof Stopped || signal.aborted) {
      await reporter.stopped();
      return STOPPED;
    }
    const failure = toFailure(error);
    reporter.say(`error: ${failure.message}`);
    await reporter.failed(failure);
    console.log(masker.mask(`Failed (${failure.code}): ${failure.message}`));
    if (failure.fault === 'bug') console.error(masker.mask(String((error as Error)?.stack ?? error)));
    return EXIT_CODE[failure.fault];
  } finally {
    // the container goes next, and the folder with it: what stays behind concerns a run outside of one
    await workspace.remove().catch((error: unknown) => console.error(`left behind: ${error}`));
  }
}

function busOf(env: BuilderEnv, grant: ExchangeGrant, masker: Masker): Bus {
  if (env.BITFLOW_REPORT === 'pubsub') {
    const settings = {
      projectId: env.GOOGLE_CLOUD_PROJECT,
      metadataHost: env.GCE_METADATA_HOST,
      emulatorHost: env.PUBSUB_EMULATOR_HOST,
    };
    return pubsubBus(settings, env.CLOUD_BUILD_ID, grant);
  }
  return callbackBus({
    buildId: grant.build.id,
    ...grant.callback,
    print: (line) => console.log(line),
    warn: (line) => console.error(masker.mask(line)),
  });
}

/** Every value that must not be seen in a log. */
function learnSecrets(
  masker: Masker,
  { secrets, clone, registry, event_key, callback }: ExchangeGrant,
): void {
  for (const [name, value] of Object.entries(secrets)) masker.add(name, value);
  for (const [name, credential] of [
    ['clone', clone.credential],
    ['registry', registry.credential],
  ] as const) {
    if (!credential) continue;
    masker.add(`${name} password`, credential.password);
    masker.add(`${name} credential`, basic(credential));
  }
  masker.add('event key', event_key);
  masker.add('callback token', callback.token);
}

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
process.once('SIGINT', () => stop.abort());
try {
  process.exitCode = await main(parseEnv(), stop.signal);
} catch (error) {
  const failure = toFailure(error);
  console.error(failure.message);
  process.exitCode = stop.signal.aborted ? STOPPED : EXIT_CODE[failure.fault];
}
process.exit();
