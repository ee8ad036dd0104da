import { EXIT_MEANINGS } from '../../kit/exit-codes.ts';
import { type Section, terms, text } from '../page.ts';

export const exitCodes: readonly Section[] = [
  {
    title: 'Exit codes',
    blocks: [terms(Object.entries(EXIT_MEANINGS).map(([code, meaning]) => ({ term: code, text: meaning })))],
  },
  {
    title: 'Of builds',
    blocks: [
      text(
        'A command that waits for a build (`builds create --wait`, `builds watch`, `builds logs --follow`) ends with the code of the state that the build ended in. A connection that is cut meanwhile is made again, and does not change it. Ctrl-C leaves the build running.',
      ),
    ],
  },
];
