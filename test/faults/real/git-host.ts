import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pushPayload } from '#local/client.ts';
import { type WorkingCopy, workingCopy } from '#local/working-copy.ts';
import type { FactualPush } from '../facts.ts';
import type { Action } from '../schedule.ts';
import type { Run } from './run.ts';
import type { RealStack } from './stack.ts';

type Push = Extract<Action, { kind: 'push' }>;

/** How many commits there are; the Dockerfile of the last one is broken. */
export const COMMITS = 5;
const REFS = { main: 'refs/heads/main', side: 'refs/heads/side', tag: 'refs/tags/v1' } as const;

/** The commits that every repository of every schedule gets, in one working copy. */
export interface Commits {
  readonly copy: WorkingCopy;
  readonly ids: readonly string[];
}

/** Makes the commits: each builds in a moment, to an image of its own. */
export async function makeCommits(): Promise<Commits> {
  const copy = await workingCopy(null, 'nowhere');
  const ids: string[] = [];
  for (let commit = 0; commit < COMMITS; commit++) {
    const file = commit === COMMITS - 1 ? 'missing' : 'commit';
    await writeFile(join(copy.dir, 'Dockerfile'), `FROM scratch\nCOPY ${file} /\n`);
    await writeFile(join(copy.dir, 'commit'), `${commit}\n`);
    await copy.git('add', '--all');
    await copy.git('commit', '--quiet', '--message', `commit ${commit}`);
    ids.push(await copy.git('rev-parse', 'HEAD'));
  }
  return { copy, ids };
}

/** A connected repository of one schedule. */
interface Repository {
  readonly id: string;
  readonly fullName: string;
  readonly url: string;
}

/** The real git server, and the webhooks that a host would call. */
export class RealGitHost {
  readonly repositories: readonly Repository[];
  readonly #real: RealStack;
  readonly #run: Run;
  readonly #commits: Commits;
  readonly #heads = new Map<string, string>();
  #pushing: Promise<void> = Promise.resolve();

  constructor(real: RealStack, run: Run, commits: Commits, repositories: readonly Repository[]) {
    this.#real = real;
    this.#run = run;
    this.#commits = commits;
    this.repositories = repositories;
  }

  commitId(commit: number): string {
    return this.#commits.ids[commit] ?? '';
  }

  /** Pushes, then has the webhooks called. One that changes nothing is none. */
  push(action: Push): Promise<void> {
    this.#pushing = this.#pushing.then(() => this.#push(action));
    return this.#pushing;
  }

  async #push(action: Push): Promise<void> {
    const repository = this.repositories[action.repo];
    const [ref, after] = [REFS[action.ref], this.commitId(action.commit)];
    if (!repository) return;
    const key = `${repository.fullName} ${ref}`;
    const before = this.#heads.get(key) ?? null;
    if (before === after) return;
    this.#heads.set(key, after);
    await this.#commits.copy.git('push', '--quiet', '--force', repository.url, `${after}:${ref}`);
    const sent = { fullName: repository.fullName, ref, before, after };
    const eventId = randomUUID();
    const push: FactualPush = {
      ...{ repository: repository.fullName, ref, before, after, at: Date.now(), eventId },
      answered: false,
    };
    this.#run.facts.pushes.push(push);
    this.#run.note('git host', `takes commit ${action.commit} on ${ref} of ${repository.fullName}`, eventId);
    const payload = pushPayload(sent); // with the time of the push, also where it is delivered later
    const again = action.redeliver === null ? [] : [action.redeliver];
    for (const wait of [...Array<number>(action.hooks).fill(0), ...again])
      this.#run.later(action.late + wait, `the webhook of ${eventId}`, () => this.#call(push, payload));
  }

  async #call(push: FactualPush, payload: object): Promise<void> {
    const headers = { 'x-github-delivery': push.eventId };
    const { status } = await this.#real.client.deliver('push', payload, headers);
    this.#run.note('git host', `delivers ${push.eventId}`, String(status));
    if (status === 202) push.answered = true;
  }
}

/** Two fresh repositories, connected. */
export async function connectTwo(real: RealStack): Promise<Repository[]> {
  const name = randomBytes(4).toString('hex');
  return Promise.all(
    ['a', 'b'].map(async (which) => {
      const fullName = `faults/${name}-${which}`;
      const url = `${real.stack.info.git}/${fullName}.git`;
      const { id } = await real.client.connect(fullName, url);
      return { id, fullName, url };
    }),
  );
}
