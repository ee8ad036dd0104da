import { group, type Start } from '../kit/command.ts';
import { approve, cancel, create, retry } from './builds-make.ts';
import { builders, list, logs, show, watch } from './builds-read.ts';

export const builds = (start: Start) =>
  group(
    'builds',
    'Make builds, watch them, read their logs',
    [list, create, show, logs, watch, approve, cancel, retry, builders].map((make) => make(start)),
  );
