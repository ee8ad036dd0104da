import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { clean } from '../kit/text.ts';
import { bytes } from '../kit/times.ts';
import type { LocalBuildView } from './view.ts';

/** Prints what a build here made. Throws CliError (1) with why it failed. */
export function showImage({ screen }: Cli, of: string, view: LocalBuildView): void {
  const { image, error } = view;
  if (screen.json) screen.record(view);
  if (error !== null) {
    const next = 'Put it right, and build again: bitflow plan --build';
    throw new CliError(EXIT.failed, clean(error.message), next, { code: error.code });
  }
  if (image === null) return;
  screen.line(`${screen.paint.bold('built')} ${clean(of)}: ${bytes(image.size_bytes)} compressed`);
  screen.line(`  ${image.digest} (${image.platforms.map(clean).join(', ')})`);
  if (image.file !== null)
    screen.line(`  written to ${clean(image.file)}, an OCI archive: podman load -i takes it`);
}
