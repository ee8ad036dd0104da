import type { ExchangeGrant } from '#core/exchange.ts';
import { callbackBus } from './adapters/callback.ts';
import { type Bus, pubsubBus } from './adapters/events.ts';
import type { BuilderEnv } from './env.ts';
import { exchange } from './exchange.ts';
import { Masker } from './log/mask.ts';
import { learnSecrets, runBuild } from './run-build.ts';

/** The step of a Cloud Build: exchange, then build and report. Returns the exit code. */
export async function runInService(env: BuilderEnv, signal: AbortSignal): Promise<number> {
  const masker = new Masker();
  masker.add('exchange token', env.BITFLOW_EXCHANGE_TOKEN.reveal());
  const exchanged = await exchange(env, signal);
  if (exchanged.kind === 'not_ours') {
    console.log(`Nothing to do: ${exchanged.why}.`);
    return 0;
  }
  const { grant } = exchanged;
  masker.add('identity token', exchanged.identity.reveal());
  masker.add('event key', grant.event_key);
  masker.add('callback token', grant.callback.token);
  learnSecrets(masker, grant);
  return runBuild({
    ...{ env, masker, signal, bus: busOf(env, grant, masker), logBytes: grant.limits.log_bytes },
    grant: async () => grant,
    outputFolder: env.BUILDER_OUTPUT,
    stoppedAs: null,
  });
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
