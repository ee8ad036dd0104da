import { BuildFailure } from '../failure.ts';
import type { ImageFacts } from '../image.ts';
import { Masker } from '../log/mask.ts';
import { Matcher } from '../matcher.ts';
import { imageTooLarge, unpacksTooLarge } from '../too-large.ts';
import { TooMuch } from './blob.ts';
import { type Finding, type Found, findSecrets, MAX_FINDINGS } from './find.ts';
import { type Layout, readLayout } from './layout.ts';
import { type Needle, needlesOf } from './needles.ts';

/** How far an image may unpack: five times is common, a thousand is a trap. */
const MAX_RATIO = 10;

export interface Check {
  /** The image layout that buildctl wrote, and the digest of the image's index in it. */
  readonly folder: string;
  readonly digest: string;
  readonly imageBytes: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** What passed the check. */
export interface Checked {
  readonly image: ImageFacts;
  readonly cacheIsClean: boolean;
}

/** Looks for the values of a build's secrets in what BuildKit made, before any of it leaves the machine. */
export class LeakCheck {
  readonly #needles: readonly Needle[];
  readonly #masker = new Masker();
  /** Secrets whose values are too short or too common to be looked for. */
  readonly unsearchable: readonly string[];

  /** @param secrets by name to value. */
  constructor(secrets: Readonly<Record<string, string>>) {
    const { needles, unsearchable } = needlesOf(secrets);
    this.#needles = needles;
    this.unsearchable = unsearchable;
    for (const [name, value] of Object.entries(secrets)) this.#masker.add(name, value);
  }

  /** Whether there is anything to look for. */
  get isNeeded(): boolean {
    return this.#needles.length > 0;
  }

  /** Throws `BuildFailure`: `secret_leaked`, or `image_too_large`. */
  async run(check: Check): Promise<Checked> {
    const { folder, digest, imageBytes, say } = check;
    const layout = await readLayout(folder, digest);
    const { image } = layout;
    if (image.size_bytes > imageBytes) throw imageTooLarge(image.size_bytes, imageBytes);
    if (!this.isNeeded) return { image, cacheIsClean: true };
    const found = await this.#find(layout, check);
    const [first] = found.image;
    if (first !== undefined) {
      for (const finding of found.image.slice(0, MAX_FINDINGS))
        say(`The image contains ${this.#phrase(finding)}`);
      throw new BuildFailure(
        'secret_leaked',
        `The image would contain ${this.#phrase(first)}. ${hint(first)}`,
      );
    }
    const doubts = this.#cacheDoubts(found.cache);
    for (const doubt of doubts) say(`warning: ${doubt}`);
    if (doubts.length > 0) say('The cache of this build is not kept.');
    return { image, cacheIsClean: doubts.length === 0 };
  }

  async #find(layout: Layout, { imageBytes, signal }: Check): Promise<Found> {
    const maxBytes = imageBytes * MAX_RATIO;
    const matcher = new Matcher(this.#needles);
    return findSecrets(layout, { matcher, maxBytes, signal }).catch((error: unknown) => {
      throw error instanceof TooMuch ? unpacksTooLarge(maxBytes) : error;
    });
  }

  #cacheDoubts(cache: Found['cache']): string[] {
    if (cache === 'too_much')
      return ['The stages of this build are too large to be looked through for secrets.'];
    return cache.slice(0, MAX_FINDINGS).map((finding) => `The build keeps ${this.#phrase(finding)}.`);
  }

  /** What and where, and never the value. */
  #phrase({ needle, where }: Finding): string {
    const form = needle.encoding === 'plain' ? '' : ` (${needle.encoding})`;
    return `the secret ${needle.secret}${form}: ${this.#masker.mask(where)}`;
  }
}

function hint({ needle: { secret } }: Finding): string {
  return (
    `Mount it where a command needs it (RUN --mount=type=secret,id=${secret},env=${secret}), ` +
    'and write it to no file, argument or label.'
  );
}
