import type { Part } from './layout.ts';
import type { Located } from './locate.ts';
import type { FoundString } from './strings.ts';

const MAX_INSTRUCTION = 200;

/** Where in a layer, in words. */
export function layerWords(part: Extract<Part, { kind: 'layer' }>, located: Located | null): string {
  const line = part.line === null ? '' : ` (line ${part.line} of the Dockerfile)`;
  const made = part.instruction === '' ? '' : `, made by "${instruction(part.instruction)}"${line}`;
  return `${fileWords(located)}layer ${part.number}${made}`;
}

/** Where in a layer of a stage that the image does not take, in words. */
export const cacheWords = (located: Located | null): string =>
  `${fileWords(located)}a layer that is not part of the image`;

function fileWords(located: Located | null): string {
  if (located === null) return 'in ';
  const { field, file } = located;
  const what = {
    content: 'in',
    name: 'in the name of',
    link: 'in the link',
    attribute: 'in an attribute of',
  };
  return `${what[field]} ${file}, `;
}

/** Where in an image's configuration (image-spec: config.md), in words. */
export function configWords({ text, path }: FoundString, created: (at: number) => string): string {
  const [area, field, at] = path;
  if (area === 'history' && typeof field === 'number') {
    return `in the image's history, of "${instruction(created(field))}"`;
  }
  if (area === 'config' && field === 'Env') {
    return `in the environment variable ${text.split('=', 1)[0]}`;
  }
  if (area === 'config' && field === 'Labels') return `in the label ${at}`;
  if (area === 'config' && (field === 'Cmd' || field === 'Entrypoint')) {
    return `in the image's ${field === 'Cmd' ? 'command' : 'entrypoint'}`;
  }
  return `in the image's configuration (${path.join('.')})`;
}

/** Where in an attestation, in words: provenance keeps the build's arguments and the whole Dockerfile. */
export function attestationWords({ path }: FoundString): string {
  const way = path.join('.');
  if (/source\.infos\.\d+\.data$/.test(way)) return 'in the Dockerfile itself, which the provenance keeps';
  const argument = /\.args\.build-arg:(.*)$/.exec(way)?.[1];
  if (argument !== undefined) return `in the build argument ${argument}, which the provenance keeps`;
  return `in the image's provenance (${way})`;
}

/** An instruction as its author wrote it, or nearly: without the shell and the arguments that BuildKit adds. */
function instruction(createdBy: string): string {
  const text = createdBy
    .replace(/ # buildkit$/, '')
    .replace(/^RUN (?:\|\d+ .*? )?\/bin\/(?:ba)?sh -\S+ /, 'RUN ')
    .replace(/\s+/g, ' ');
  return text.length <= MAX_INSTRUCTION ? text : `${text.slice(0, MAX_INSTRUCTION)}…`;
}
