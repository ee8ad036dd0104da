import { stringify } from 'smol-toml';
import type { BuildRules } from '#core/build-rules.ts';
import type { Cli } from '../../kit/cli.ts';
import { repositoryOf } from '../../kit/repository.ts';
import { clean } from '../../kit/text.ts';

/** `bitflow repos rules show`: the rules that are kept with a repository, as its `bitflow.toml` would have them. */
export async function showRules(cli: Cli, given: string | undefined): Promise<void> {
  const id = await repositoryOf(cli, given);
  const { value } = await (await cli.api()).call('repositories.get', { params: { id } });
  sayRules(cli, value.rules);
}

/** Rules, as `show` and `set` tell them. */
export function sayRules({ screen }: Cli, rules: BuildRules): void {
  if (screen.json) screen.value(rules);
  else if (Object.keys(rules).length === 0)
    screen.note('None are kept: pushes to the default branch and git tags are built.');
  else for (const line of tomlOf(rules).trimEnd().split('\n')) screen.line(clean(line));
}

/** In the layout of a `bitflow.toml`: images and schedules beside `[rules]`. */
function tomlOf({ images, schedules, ...rules }: BuildRules): string {
  return stringify({
    ...(Object.keys(rules).length > 0 && { rules }),
    ...(images && { images }),
    ...(schedules && { schedules }),
  });
}
