import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { repositoryOf } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';
import { when } from '../kit/when.ts';

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
  screen.only(value.webhook_secret);
  const { webhook } = value;
  const isOurs = webhook.set_up_at !== null;
  const isTold = isOurs && (webhook.state === 'waiting' || (webhook.state === 'working' && !webhook.why));
  screen.note(
    isTold
      ? 'The git host has it already.'
      : 'Enter it at the git host, as the secret of the webhook. It is shown this once.',
  );
  if (isOurs && webhook.why !== null) screen.warn(clean(webhook.why));
  if (isOurs && !isTold) screen.note('To have the git host told once more: bitflow repos connect');
  const ends = value.webhook_secrets.flatMap(({ accepted_until }) => accepted_until ?? []).at(-1);
  screen.note(ends === undefined ? 'The older ones are ended.' : `The older one ends ${when(screen, ends)}.`);
}
