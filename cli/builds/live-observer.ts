import { LiveRegion } from '../kit/live-region.ts';
import type { Screen } from '../kit/screen.ts';
import { frame } from './frame.ts';
import type { Observer } from './observer.ts';
import type { ApiBuild } from './status.ts';
import { nextStep, summary } from './summary.ts';
import { firstView, type Heard, type LogLine, type View, viewAfter } from './view.ts';

/** How often the display is drawn (ms). */
const FRAME_MS = 100;

/** The stages of a build, live in a terminal. */
export class LiveObserver implements Observer {
  readonly #screen: Screen;
  readonly #region: LiveRegion;
  readonly #timer: NodeJS.Timeout;
  #view: View | null = null;
  #tick = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#region = new LiveRegion(screen.terminal);
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
  }

  hear(heard: Heard): void {
    if (heard.kind === 'build') this.#view = viewAfter(this.#view ?? firstView(heard.build), heard);
    else if (this.#view !== null) this.#view = viewAfter(this.#view, heard);
  }

  end(build: ApiBuild, lines: readonly LogLine[]): void {
    this.#view = { ...firstView(build), lines };
    this.stop();
    for (const line of summary(this.#view, this.#screen.paint)) this.#screen.line(line);
    const next = nextStep(build);
    if (next !== null) this.#screen.note(next);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#draw();
    this.#region.end({ keep: true });
  }

  #draw(): void {
    if (this.#view === null) return;
    const { paint } = this.#screen;
    const look = { columns: this.#region.columns, tick: this.#tick, now: Date.now(), paint };
    this.#region.draw(frame(this.#view, look));
    this.#tick += 1;
  }
}
