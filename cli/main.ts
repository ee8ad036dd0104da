import { run } from './run.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for what is being put in order.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
}
// Node's warnings (deprecations, experiments) are for those who work on this, not for those who use it.
process.removeAllListeners('warning');
// `bitflow … | head`: who reads no more has what they wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { stdin, stdout, stderr, env } = process;
const surroundings = { stdin, stdout, stderr, env, cwd: process.cwd(), signal: interrupt.signal };
const code = await run(process.argv.slice(2), surroundings);
// Connections that are kept open would hold the process for some seconds more.
stdout.write('', () => process.exit(code));
