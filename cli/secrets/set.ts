import { resolve } from 'node:path';
import { SecretName } from '#core/repository.ts';
import type { Cli } from '../kit/cli.ts';
import { done } from '../kit/done.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { readGiven } from '../kit/given-file.ts';
import { secretFrom, secretOf } from '../kit/prompt.ts';
import { repositoryOf } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';

export interface SetOptions {
  readonly repo?: string | undefined;
  readonly fromFile?: string | undefined;
}

/** `bitflow secrets set`: the value comes from a file, a prompt or standard input, never from the command line. */
export async function setSecret(cli: Cli, name: string, { repo, fromFile }: SetOptions): Promise<void> {
  refuseName(name);
  const id = await repositoryOf(cli, repo);
  const api = await cli.api();
  const what = `value of ${name}`;
  const secret =
    fromFile === undefined
      ? await secretFrom(cli, what)
      : secretOf(await readGiven(resolve(cli.around.cwd, fromFile)), what);
  await api.call('repositories.secrets.set', { params: { id, name }, body: { value: secret.reveal() } });
  done(cli.screen, { secret: name, done: 'set' }, `${name} is set, for the builds of ${id} from now on.`);
}

/** Before the value is asked for: nobody types it for nothing. */
function refuseName(name: string): void {
  const parsed = SecretName.safeParse(name);
  if (parsed.success) return;
  const why = parsed.error.issues.map(({ message }) => message).join('; ');
  const what = `${JSON.stringify(clean(name))} is no name of a secret: it ${why}`;
  throw new CliError(EXIT.usage, what, 'Write it like NPM_TOKEN.', { code: 'invalid_request' });
}
