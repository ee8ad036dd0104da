import { code, type Section, text } from '../page.ts';

export const scripts: readonly Section[] = [
  {
    title: 'In a CI job',
    blocks: [
      code(
        'export BITFLOW_URL=https://builds.example.com',
        'export BITFLOW_TOKEN=…   # a secret of the job',
        'bitflow builds create acme/shop --branch main --wait --quiet',
      ),
      text(
        'The exit code is what the build came to (`bitflow help exit-codes`). Nothing asks a question where standard input is no terminal: what would, such as removing something, takes `--yes` instead.',
      ),
    ],
  },
  {
    title: 'What is tried again',
    blocks: [
      text(
        'A request that did not arrive, or that the service could not do now (429, 502, 503, 504), is made again up to three times, after as long as the service says. What makes something is only repeated where it cannot be made twice: with an `Idempotency-Key`, or where the request never arrived.',
      ),
    ],
  },
];
