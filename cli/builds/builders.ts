import type { Cli } from '../kit/cli.ts';
import { clean } from '../kit/text.ts';

/** `bitflow builds builders`. */
export async function listBuilders(cli: Cli): Promise<void> {
  const { screen } = cli;
  const api = await cli.api();
  const { value, raw } = await api.call('builds.builder_types');
  if (screen.json) return screen.value(raw);
  const { bold, dim } = screen.paint;
  for (const { name, version, description, detects } of value.builder_types) {
    if (!screen.isTerminal) {
      screen.line([name, version ?? '', description].map(clean).join('\t'));
      continue;
    }
    screen.line(version === null ? bold(clean(name)) : `${bold(clean(name))} ${dim(clean(version))}`);
    screen.line(`  ${clean(description)}`);
    if (detects.length > 0) screen.line(`  auto takes it for: ${clean(detects.join(', '))}`);
  }
}
