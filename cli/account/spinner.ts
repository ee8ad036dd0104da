import { createLogUpdate } from 'log-update';
import type { Cli } from '../kit/cli.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

/** Says that something is waited for, on stderr: turning in a terminal, a line in a pipe. */
export function spinner({ screen, around: { stderr } }: Cli, text: string) {
  if (stderr.isTTY !== true || screen.json || screen.quiet) {
    if (!screen.json) screen.note(`${text} ...`);
    return { say: (other: string) => screen.note(`${other} ...`), end: () => {} };
  }
  const live = createLogUpdate(stderr, { showCursor: true });
  let shown = text;
  let frame = 0;
  const draw = () => {
    live(`${screen.paint.cyan(FRAMES[frame % FRAMES.length] ?? '')} ${shown}`);
    frame += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  return {
    say: (other: string) => {
      shown = other;
    },
    end: () => {
      clearInterval(timer);
      live.clear();
      live.done();
    },
  };
}
