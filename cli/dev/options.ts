import { Option } from '@commander-js/extra-typings';
import { count, repeated } from '../kit/command.ts';

/** The options of `bitflow dev` and of `npm run dev`, which is the same: declared here alone. */
export const devOptions = () =>
  [
    new Option('--data <dir>', "keep the registry's and BuildKit's data there"),
    new Option(
      '--allow-host <host:port>',
      'a further git server on this machine that may be cloned from (repeatable)',
    ).argParser(repeated),
    new Option('--capacity <n>', 'builds at once').default(2).argParser((text) => count(text)),
  ] as const;

/** The options of `bitflow demo` and `npm run demo`. */
export const demoOptions = () =>
  [
    new Option('--app <name>', 'a folder of test/apps').default('node'),
    new Option('--keep', 'leave the stack running').default(false),
  ] as const;
