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
/**
 * Ends what cannot say what it has to: half a result is none. Where nobody reads any more (`… | head`) it ends as
 * SIGPIPE ends others, 128 + 13: nothing is known by then of a build that was watched.
 */
const unsaid = (error: NodeJS.ErrnoException): never => {
  if (error.code === 'EPIPE') process.exit(141);
  process.stderr.write(`error  the output cannot be written: ${error.message}\nnext   Is the disk full?\n`);
  return process.exit(1);
};
process.stdout.on('error', unsaid);
// Remarks that nobody reads: the work, and its exit code, go on.
process.stderr.on('error', () => {});

const { stdin, stdout, stderr } = process;
const env = { ...process.env };
// What is started from here (git, a browser) is handed the rest.
delete process.env.BITFLOW_TOKEN;
const surroundings = { stdin, stdout, stderr, env, cwd: process.cwd(), signal: interrupt.signal };
const code = await run(process.argv.slice(2), surroundings);
// Connections that are kept open would hold the process for some seconds more.
stdout.write('', (error) => {
  if (error) unsaid(error);
  process.exit(code);
});
