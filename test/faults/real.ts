/** Plays schedules on the real stack. Returns the exit code. */
export async function runReal(_options: { readonly seed: number; readonly runs: number }): Promise<number> {
  console.error('--real: schedules cannot be played on the real stack yet.');
  return 1;
}
