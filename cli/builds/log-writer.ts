import { LiveRegion } from '../kit/live-region.ts';
import type { Screen } from '../kit/screen.ts';
import { clean } from '../kit/text.ts';
import { statusLine } from './frame.ts';
import { firstView, type Heard, type LogLine, type View, viewAfter } from './view.ts';

/** How often the status line is drawn (ms). */
const FRAME_MS = 100;

/** Writes a log as it is heard. */
export interface LogWriter {
  readonly hear: (heard: Heard) => void;
  /** Nothing more comes. */
  readonly stop: () => void;
}

/**
 * A log for whoever reads it: for people harmless lines below the name of their stage, and while it is followed what
 * the build does now below them; for a pipe the text, byte for byte; with `--json` a line an object.
 */
export function logWriter(screen: Screen, { follow }: { readonly follow: boolean }): LogWriter {
  if (screen.json) return simple((lines) => lines.forEach((line) => void screen.record(line)));
  if (!screen.isTerminal) return pipe(screen, follow);
  const heading = headings(screen);
  return follow && screen.isLive
    ? live(screen, heading)
    : simple((lines) => {
        for (const line of heading(lines)) screen.line(line);
      });
}

function simple(write: (lines: readonly LogLine[]) => void): LogWriter {
  return {
    hear: (heard) => {
      if (heard.kind === 'lines') write(heard.lines);
    },
    stop: () => undefined,
  };
}

/** The log is stdout's; what else there is to say goes to stderr. */
function pipe(screen: Screen, follow: boolean): LogWriter {
  let stage = '';
  return {
    hear: (heard) => {
      if (heard.kind === 'trouble' && heard.why !== null) screen.note(`reconnecting… (${heard.why})`);
      if (heard.kind !== 'lines') return;
      for (const line of heard.lines) {
        if (follow && line.stage !== stage) screen.note(`${line.at} ${clean(line.stage)}`);
        stage = line.stage;
        screen.raw(`${line.text}\n`);
      }
    },
    stop: () => undefined,
  };
}

/** Lines as they may stand in a terminal, each stage's below its name. */
function headings({ paint }: Screen): (lines: readonly LogLine[]) => string[] {
  let stage = '';
  return (lines) =>
    lines.flatMap((line) => {
      const head = line.stage === stage ? [] : [paint.bold(`── ${clean(line.stage)}`)];
      stage = line.stage;
      return [...head, clean(line.text)];
    });
}

function live(screen: Screen, heading: (lines: readonly LogLine[]) => string[]): LogWriter {
  const region = new LiveRegion(screen.terminal);
  let view: View | null = null;
  let tick = 0;
  const status = () => {
    const look = { columns: region.columns, tick, now: Date.now(), paint: screen.paint };
    return view === null ? [] : [statusLine(view, look)];
  };
  const timer = setInterval(() => {
    tick += 1;
    region.draw(status());
  }, FRAME_MS);
  return {
    hear: (heard) => {
      if (heard.kind === 'lines') region.print(heading(heard.lines), status());
      if (heard.kind === 'build') view = viewAfter(view ?? firstView(heard.build), heard);
      else if (view !== null) view = viewAfter(view, heard);
    },
    stop: () => {
      clearInterval(timer);
      region.end({ keep: false });
    },
  };
}
