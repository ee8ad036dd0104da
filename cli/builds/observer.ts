import type { Screen } from '../kit/screen.ts';
import { LiveObserver } from './live-observer.ts';
import { changes, outcome, placeChange } from './plain.ts';
import type { ApiBuild } from './status.ts';
import { nextStep } from './summary.ts';
import { firstView, type Heard, type LogLine, type View, viewAfter } from './view.ts';

/** Shows a build while it is followed. */
export interface Observer {
  hear(heard: Heard): void;
  /** It is over. @param lines the last ones of its log, where it failed. */
  end(build: ApiBuild, lines: readonly LogLine[]): void;
  /** It is followed no longer, although it is not over. */
  stop(): void;
}

/** A live display in a terminal, lines in a pipe, JSON for programs. */
export function observerOf(screen: Screen): Observer {
  if (screen.json) return jsonObserver(screen);
  return screen.isLive ? new LiveObserver(screen) : plainObserver(screen);
}

/** The build as the API answers it, on a line at each change. */
function jsonObserver(screen: Screen): Observer {
  let last = '';
  return {
    hear(heard) {
      if (heard.kind !== 'build') return;
      const text = JSON.stringify(heard.raw);
      if (text !== last) screen.record(heard.raw);
      last = text;
    },
    end: () => undefined,
    stop: () => undefined,
  };
}

function plainObserver(screen: Screen): Observer {
  let view: View | null = null;
  return {
    hear(heard) {
      if (heard.kind === 'build')
        for (const line of changes(view?.build ?? null, heard.build)) screen.line(line);
      if (heard.kind === 'place' && view !== null)
        for (const line of placeChange(view.place, heard.place, new Date().toISOString())) screen.line(line);
      if (heard.kind === 'trouble' && heard.why !== null) screen.note(`reconnecting… (${heard.why})`);
      if (heard.kind === 'build') view = viewAfter(view ?? firstView(heard.build), heard);
      else if (view !== null) view = viewAfter(view, heard);
    },
    end(build, lines) {
      for (const line of outcome({ ...firstView(build), lines })) screen.line(line);
      const next = nextStep(build);
      if (next !== null) screen.note(next);
    },
    stop: () => undefined,
  };
}
