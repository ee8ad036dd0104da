import { MachineType } from '#core/team.ts';
import { choice } from '../kit/choice.ts';
import type { Cli } from '../kit/cli.ts';
import { details } from '../kit/details.ts';
import { limitDetails } from './show.ts';
import { teamOf } from './which.ts';

/** Those that are left out stay as they are; `none`: as much as the installation has. */
export interface LimitOptions {
  readonly concurrentBuilds?: number | 'none' | undefined;
  readonly buildsPerDay?: number | 'none' | undefined;
  /** Seconds. */
  readonly buildTimeout?: number | undefined;
  /** `default`: Cloud Build's own. */
  readonly machineType?: string | undefined;
}

/** `bitflow teams limits`: shows them, and sets those that are given. */
export async function teamLimits(cli: Cli, given: string | undefined, options: LimitOptions): Promise<void> {
  const api = await cli.api();
  const id = await teamOf(api, given);
  const machine =
    options.machineType === 'default' ? null : choice(MachineType, options.machineType, '--machine-type');
  const asked = {
    concurrent_builds: options.concurrentBuilds === 'none' ? null : options.concurrentBuilds,
    builds_per_day: options.buildsPerDay === 'none' ? null : options.buildsPerDay,
    build_timeout_s: options.buildTimeout,
    machine_type: machine,
  };
  const changes = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const known = await api.call('teams.get', { params: { id } });
  const changed = Object.keys(changes).length > 0;
  const { value, raw } = changed
    ? await api.call('teams.limits.set', { params: { id }, body: { ...known.value.limits, ...changes } })
    : known;
  details(cli.screen, raw, limitDetails(value));
  if (changed) cli.screen.note('Set, for builds that are created from now on.');
}
