import { resolve } from 'node:path';
import type { Cli } from '../kit/cli.ts';
import type { Screen } from '../kit/screen.ts';
import { askForTemplate, templateOf } from './ask.ts';
import { FILES } from './files.ts';
import { nextSteps } from './next-steps.ts';
import { TEMPLATE_NAMES, TEMPLATES } from './templates.ts';
import { writeFiles } from './write-files.ts';

export interface InitOptions {
  readonly template?: string | undefined;
  readonly list?: true | undefined;
  readonly force?: true | undefined;
}

/** `bitflow repos init`. */
export async function initRepository(
  cli: Cli,
  given: string | undefined,
  options: InitOptions,
): Promise<void> {
  if (options.list) {
    listTemplates(cli.screen);
    return;
  }
  const template = options.template === undefined ? await askForTemplate(cli) : templateOf(options.template);
  const files = FILES[template];
  if (files === undefined) throw new Error(`the template ${template} has no files`);
  const folder = resolve(cli.around.cwd, given ?? '.');
  await writeFiles(folder, files, options.force ?? false);
  const next = await nextSteps(cli, folder);
  const { screen } = cli;
  if (screen.json)
    return screen.value({ template, done: 'written', folder, files: Object.keys(files), next });
  screen.line(`Wrote the template ${template}: ${Object.keys(files).join(', ')}`);
  screen.note(`\nNext:\n\n${next.map((step) => `  ${step}`).join('\n')}`);
  if (next.some((step) => step.includes('OWNER')))
    screen.note(`\nOWNER is your account or organisation there, which has the repository, still empty.`);
}

function listTemplates(screen: Screen): void {
  const templates = TEMPLATE_NAMES.map((name) => ({
    name,
    about: TEMPLATES[name],
    files: Object.keys(FILES[name] ?? {}),
  }));
  if (screen.json) {
    screen.value({ templates });
    return;
  }
  const rows = templates.map(({ name, about }) => [name, about]);
  screen.rows([{ title: 'template' }, { title: 'about', flexible: true }], rows, '');
}
