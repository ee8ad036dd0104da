import { EXIT_CODE } from '#core/exit-codes.ts';
import { isByHand, parseByHand } from './by-hand/env.ts';
import { runByHand } from './by-hand.ts';
import { parseEnv } from './env.ts';
import { Stopped, toFailure } from './failure.ts';
import { runInService } from './in-service.ts';
import { STOPPED } from './run-build.ts';

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort(new Stopped('stopped')));
process.once('SIGINT', () => stop.abort(new Stopped('stopped')));
try {
  process.exitCode = isByHand()
    ? await runByHand(parseByHand(), stop.signal)
    : await runInService(parseEnv(), stop.signal);
} catch (error) {
  const failure = toFailure(error);
  console.error(failure.message);
  process.exitCode = stop.signal.aborted ? STOPPED : EXIT_CODE[failure.fault];
}
process.exit();
