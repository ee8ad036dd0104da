import { readFile } from 'node:fs/promises';
import type { Match, Matcher } from '../matcher.ts';
import { Budget, readBlob, TooMuch } from './blob.ts';
import type { Blob, Layout } from './layout.ts';
import { locate } from './locate.ts';
import type { Needle } from './needles.ts';
import { type FoundString, stringsOf } from './strings.ts';
import { attestationWords, cacheWords, configWords, layerWords } from './words.ts';

/** A secret where it must not be. */
export interface Finding {
  readonly needle: Needle;
  /** A phrase: `in /app/.npmrc, layer 3, …`. It may hold the secret, where a name or an instruction does. */
  readonly where: string;
}

export interface Search {
  readonly matcher: Matcher<Needle>;
  /** How many bytes the image may have once unpacked; the rest of the cache may have as many. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** What was found in the image, the clearest place first, and in what only the build cache would hold. */
export interface Found {
  readonly image: readonly Finding[];
  /** `too_much` where there is more than may be looked through. */
  readonly cache: readonly Finding[] | 'too_much';
}

export const MAX_FINDINGS = 10;
const AT_ONCE = 4;
/** A file says more than an instruction, and an instruction more than the provenance, which repeats it. */
const RANK: Readonly<Record<Blob['part']['kind'], number>> = {
  layer: 0,
  config: 1,
  manifest: 2,
  attestation: 3,
  cache: 4,
};

/** Looks through every blob of a layout. Throws `TooMuch` where the image unpacks to more than it may. */
export async function findSecrets({ blobs }: Layout, search: Search): Promise<Found> {
  const sorted = blobs.toSorted((a, b) => RANK[a.part.kind] - RANK[b.part.kind] || numberOf(a) - numberOf(b));
  const image = sorted.filter(({ part }) => part.kind !== 'cache');
  const cache = sorted.filter(({ part }) => part.kind === 'cache');
  return {
    image: await searchAll(image, search),
    cache: await searchAll(cache, search).catch((error: unknown) => {
      if (error instanceof TooMuch) return 'too_much';
      throw error;
    }),
  };
}

const numberOf = ({ part }: Blob): number => (part.kind === 'layer' ? part.number : 0);

async function searchAll(blobs: readonly Blob[], search: Search): Promise<Finding[]> {
  const budget = new Budget(search.maxBytes);
  const found: Finding[][] = [];
  const left = blobs.entries();
  const work = async () => {
    for (const [at, blob] of left) found[at] = await searchBlob(blob, search, budget);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found.flat();
}

async function searchBlob(blob: Blob, search: Search, budget: Budget): Promise<Finding[]> {
  const { matcher, signal } = search;
  const document = blob.json ? inDocument(blob, JSON.parse(await readFile(blob.path, 'utf8')), matcher) : [];
  if (document.length > 0) return document;
  const match = await readBlob(blob.path, budget, signal, (chunks) => firstMatch(chunks, matcher));
  if (match === null) return [];
  const { part } = blob;
  if (part.kind !== 'layer' && part.kind !== 'cache') {
    return [{ needle: match.needle, where: `in the image's ${part.kind}` }];
  }
  const files = await locate(blob.path, matcher, MAX_FINDINGS, new Budget(search.maxBytes), signal);
  const words = part.kind === 'layer' ? layerWords.bind(null, part) : cacheWords;
  return files.length === 0
    ? [{ needle: match.needle, where: words(null) }]
    : files.map((file) => ({ needle: file.needle, where: words(file) }));
}

async function firstMatch(
  chunks: AsyncIterable<Buffer>,
  matcher: Matcher<Needle>,
): Promise<Match<Needle> | null> {
  const reader = matcher.reader();
  for await (const chunk of chunks) for (const match of reader.next(chunk)) return match;
  return null;
}

/** The findings in the strings of a JSON document, one for each secret and place. */
function inDocument({ part }: Blob, document: unknown, matcher: Matcher<Needle>): Finding[] {
  const strings = [...stringsOf(document)];
  const created = (at: number) =>
    strings.find(({ path, isKey }) => !isKey && path.join('.') === `history.${at}.created_by`)?.text ?? '';
  const words = (string: FoundString) => {
    if (part.kind === 'config') return configWords(string, created);
    return part.kind === 'attestation' ? attestationWords(string) : "in the image's annotations";
  };
  const found = new Map<string, Finding>();
  for (const string of strings) {
    for (const { needle } of matcher.find(Buffer.from(string.text))) {
      const where = words(string);
      found.set(JSON.stringify([needle.secret, where]), { needle, where });
    }
  }
  return [...found.values()];
}
