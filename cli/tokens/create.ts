import { Permission, Role } from '#core/access.ts';
import { choice } from '../kit/choice.ts';
import type { Cli } from '../kit/cli.ts';
import { clean } from '../kit/text.ts';
import { when } from '../kit/when.ts';

export interface CreateOptions {
  readonly role?: string | undefined;
  readonly scope?: readonly string[] | undefined;
  /** Seconds. */
  readonly expires?: number | 'never' | undefined;
}

/** `bitflow tokens create`: the token alone on stdout. */
export async function createToken(
  cli: Cli,
  name: string,
  { role, scope, expires }: CreateOptions,
): Promise<void> {
  const { value, raw } = await (await cli.api()).call('tokens.create', {
    body: {
      name,
      role: choice(Role, role, '--role'),
      scopes: scope?.map((one) => choice(Permission, one, '--scope')),
      expires_in_s: expires === 'never' ? null : expires,
    },
  });
  const { screen } = cli;
  if (screen.json) return screen.value(raw);
  screen.only(value.token);
  screen.note(
    `This is the token ${clean(value.name)} (${clean(value.id)}, ${value.role}). It is shown this once.`,
  );
  screen.note(
    value.expires_at === null ? 'It does not expire.' : `It ends ${when(screen, value.expires_at)}.`,
  );
}
