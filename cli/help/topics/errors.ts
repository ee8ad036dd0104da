import { ERROR_CODES } from '#core/error-codes.ts';
import { type Section, terms, text } from '../page.ts';

export const errors: readonly Section[] = [
  {
    title: 'What an error says',
    blocks: [
      text(
        'A line of what is wrong, and a line of what to do. With `--verbose` also the cause, and the name of the request (`request_id`), under which whoever operates the service finds it. With `--json` an error is one JSON object on stderr: `error.code`, `error.message`, `error.next`, `error.request_id` and `error.exit_code`.',
      ),
    ],
  },
  {
    title: 'Codes of the service',
    blocks: [
      terms(
        Object.entries(ERROR_CODES).map(([code, { status, help }]) => ({
          term: code,
          text: `HTTP ${status}. ${help}`,
        })),
      ),
    ],
  },
  {
    title: 'Codes of the command',
    blocks: [
      terms([
        { term: 'usage', text: 'The command line is not as it should be.' },
        { term: 'cli', text: 'Something on this machine is not as it should be; the message says what.' },
        { term: 'unreachable', text: 'There is no connection to the service, or it broke.' },
        { term: 'strange_answer', text: 'What answered is not the service, or one of another version.' },
        { term: 'internal', text: 'A fault of the command, or of the service.' },
      ]),
    ],
  },
];
