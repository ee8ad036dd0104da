import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { repositoryOf } from '../kit/repository.ts';
import { lasting } from '../kit/time.ts';

export interface RotateOptions {
  readonly overlap: number;
  readonly yes?: boolean | undefined;
}

/** `bitflow repos rotate-webhook-secret`: the secret alone on stdout. */
export async function rotateWebhookSecret(
  cli: Cli,
  given: string | undefined,
  { overlap, yes }: RotateOptions,
): Promise<void> {
  const { screen } = cli;
  const id = await repositoryOf(cli, given);
  if (overlap === 0)
    await confirm(
      cli,
      `End all older webhook secrets of ${id} at once? Deliveries are refused until then.`,
      yes,
    );
  const api = await cli.api();
  const { value, raw } = await api.call('repositories.webhook_secret.rotate', {
    params: { id },
    body: { overlap_s: overlap },
  });
  if (screen.json) return screen.value(raw);
  screen.line(value.webhook_secret);
  screen.note('Enter it at the git host, as the secret of the webhook. It is shown this once.');
  screen.note(
    overlap === 0 ? 'The older ones are ended.' : `The older one stays good for ${lasting(overlap)}.`,
  );
}
