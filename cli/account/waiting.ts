import type { Cli } from '../kit/cli.ts';
import { LiveRegion, SPINNER } from '../kit/live-region.ts';

const FRAME_MS = 80;

/** What is waited for, until it is there. */
export interface Waiting {
  /** Says something else from now on. */
  say(text: string): void;
  end(): void;
}

/** Says what is waited for, on stderr: turning in a terminal, a line in a pipe, nothing with `--json`. */
export function waitingFor({ screen, around: { stderr, env } }: Cli, text: string): Waiting {
  if (screen.json || screen.quiet) return { say: () => {}, end: () => {} };
  if (stderr.isTTY !== true || env.TERM === 'dumb') {
    const say = (what: string) => screen.note(`${what} ...`);
    say(text);
    return { say, end: () => {} };
  }
  const region = new LiveRegion(stderr);
  let shown = text;
  let frame = 0;
  const draw = () => {
    region.draw([`${screen.paint.cyan(SPINNER[frame % SPINNER.length] ?? '')} ${shown}`]);
    frame += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  return {
    say: (other) => {
      shown = other;
    },
    end: () => {
      clearInterval(timer);
      region.end({ keep: false });
    },
  };
}
