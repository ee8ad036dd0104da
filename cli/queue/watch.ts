import { setTimeout as sleep } from 'node:timers/promises';
import { Outage } from '../builds/outage.ts';
import type { Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import { LiveRegion } from '../kit/live-region.ts';
import { table } from '../kit/table.ts';
import { headline, lastHour, plainLine, type Stats, waitingRows } from './lines.ts';
import { titlesOf, WAITING } from './queue.ts';

/** How often the queue is looked at (ms). */
const EVERY_MS = 2_000;

/** `bitflow queue --watch`: until Ctrl-C. */
export async function watchQueue(cli: Cli): Promise<void> {
  const { screen, signal } = cli;
  const api = await cli.api();
  const region = new LiveRegion(screen.terminal);
  const told = (why: string | null) => why !== null && screen.note(`reconnecting… (${why})`);
  const outage = new Outage({ signal, told, goOn: 'Try again: bitflow queue --watch' });
  let last = '';
  for (;;) {
    try {
      const { value, raw } = await api.call('builds.queue_stats', { once: true });
      const shown = JSON.stringify(raw);
      if (screen.isLive) region.draw(await lines(value, api, screen));
      else if (shown !== last) tell(value, raw);
      last = shown;
      outage.over();
      await sleep(EVERY_MS, undefined, { signal });
    } catch (error) {
      await outage.pause(error);
    }
  }

  function tell(value: Stats, raw: unknown): void {
    if (screen.json) screen.record(raw);
    else screen.line(plainLine(value, new Date().toISOString()));
  }
}

async function lines(stats: Stats, api: Api, { columns, paint }: Cli['screen']): Promise<string[]> {
  const rows = waitingRows(stats, await titlesOf(api, stats));
  const waiting = rows.length === 0 ? [] : table(WAITING, rows, { columns, dim: paint.dim });
  return [headline(stats), ...waiting, lastHour(stats)];
}
