import { createHash } from 'node:crypto';
import type { PushEvent } from '#core/delivery.ts';
import type { GitHost, HostRequest, HostWebhooks, RefLookup } from '#core/ports.ts';
import { aRepository, T0 } from '#test/support/memory/examples.ts';
import { memoryHost, memoryWebhooks } from '#test/support/memory/git-host.ts';
import type { Context } from './context.ts';
import type { Facts, FactualPush } from './facts.ts';
import type { Functions } from './functions.ts';
import type { Action } from './schedule.ts';

/** The two connected repositories, of two teams. */
export const REPOSITORIES = [
  aRepository({ full_name: 'acme/shop', secrets: { TOKEN: { created_at: T0, updated_at: T0 } } }),
  aRepository({ full_name: 'beta/site', team: 'beta' }),
] as const;

const REFS = { main: 'refs/heads/main', side: 'refs/heads/side', tag: 'refs/tags/v1' } as const;

/** The commit id of a small number. */
export function commitId(commit: number): string {
  return createHash('sha1').update(`commit ${commit}`).digest('hex');
}

type Push = Extract<Action, { kind: 'push' }>;

/** A git host: it has refs, takes pushes, and calls webhooks, once each. */
export class SimulatedGitHost {
  readonly #context: Context;
  readonly #facts: Facts;
  readonly #heads = new Map<string, string>();

  /** What the service asks of the host. */
  readonly port: GitHost = {
    ...memoryHost(),
    report: async ({ full_name }, report) => {
      const { reports } = this.#facts;
      const report_id = report.report_id ?? `report-${reports.length}`;
      reports.push({ repository: full_name, ...report, report_id, at: this.#context.now });
      return report_id;
    },
  };

  /** What it sends. */
  readonly webhooks: HostWebhooks = memoryWebhooks();

  readonly refs: RefLookup = {
    resolve: async (url, refs) =>
      new Map(
        refs.flatMap((ref) => {
          const head = this.#heads.get(`${url} ${ref}`);
          return head === undefined ? [] : [[ref, head] as const];
        }),
      ),
  };

  constructor(context: Context, facts: Facts) {
    this.#context = context;
    this.#facts = facts;
  }

  /** Takes a push, and calls the webhooks. One that changes nothing is none. */
  push(action: Push, functions: Functions): void {
    const { timeline } = this.#context;
    const repository = REPOSITORIES[action.repo];
    const ref = REFS[action.ref];
    const key = `${repository.clone_url} ${ref}`;
    const before = this.#heads.get(key) ?? null;
    const after = commitId(action.commit);
    if (before === after) return;
    this.#heads.set(key, after);
    const eventId = `event-${this.#facts.pushes.length}`;
    const at = this.#context.now;
    const push = { repository: repository.full_name, ref, before, after, at, eventId, answered: false };
    this.#facts.pushes.push(push);
    const calls = [...Array(action.hooks).fill(0), ...(action.redeliver === null ? [] : [action.redeliver])];
    for (const wait of calls) timeline.in(action.late + wait, () => void this.#call(push, functions));
  }

  async #call(push: FactualPush, functions: Functions): Promise<void> {
    const event: PushEvent = {
      kind: 'push',
      repository: push.repository,
      host_id: null,
      message: null,
      ref: push.ref,
      before_sha: push.before,
      commit_sha: push.after,
      pushed_at: push.at - (push.at % 1000), // the host's clock has full seconds
    };
    const headers = { 'x-signature': 'good', 'x-event': push.eventId };
    const request: HostRequest = { headers, rawBody: JSON.stringify(event) };
    const answer = await functions.request('webhooks', (deps) => deps.receiveDelivery(request));
    this.#context.note(
      'git host',
      `delivers ${push.eventId} (${push.ref} of ${push.repository})`,
      answer.kind,
    );
    if (answer.kind === 'ok') push.answered = true;
  }
}
