import { afterEach, describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';
import type { Misbehaviour } from '#local/git-hosts/misbehaviour.ts';
import { REPORT } from './reporting.ts';
import type { Started } from './suite.ts';

/** What passes by itself, or may. */
const PASSING: readonly Misbehaviour[] = [
  { kind: 'status', status: 429, headers: { 'retry-after': '60' } },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 502, headers: { 'content-type': 'text/html' } },
  { kind: 'status', status: 503 },
  { kind: 'hang_up' },
];

/** A host that answers slowly, with an error, or not at all. */
export function itStandsTrouble(at: () => Started): void {
  const secret = new Secret(`whsec_${Buffer.alloc(32, 1).toString('base64')}`);
  /** Every method that asks the host, by name. */
  const asking = {
    look: () => at().place.host.look(at().place.access()),
    readFile: () => at().place.host.readFile(at().place.access(), commit(), 'README.md', 65_536),
    changedPaths: () =>
      at().place.host.changedPaths(at().place.access(), commit(), at().commits.renamed ?? ''),
    commitMessage: () => at().place.host.commitMessage(at().place.access(), commit()),
    pullRequest: () => at().place.host.pullRequest(at().place.access(), 7),
    connect: () =>
      at().place.host.connect(at().place.access(), { url: at().place.listener.url, secret, hook_id: null }),
    ping: () => at().place.host.ping(at().place.access(), '4242'),
    disconnect: () => at().place.host.disconnect(at().place.access(), '4242'),
    report: () => at().place.host.report(at().place.access(), { ...REPORT, commit_sha: commit() }),
  };
  const commit = () => at().commits.first ?? '';
  const methods = Object.keys(asking).filter((name): name is keyof typeof asking => name in asking);

  afterEach(() => at().place.local.manners.behave());

  it('waits for no answer without end, whatever it asks', async () => {
    at().place.local.manners.misbehave({ kind: 'silent' });
    const said = await Promise.all(methods.map((name) => asking[name]().catch((error: unknown) => error)));
    expect(said).toEqual(methods.map(() => expect.any(TransientError)));
  });

  describe.each(methods)('%s', (name) => {
    it('throws a TransientError for what may pass', async () => {
      for (const how of PASSING) {
        at().place.local.manners.misbehave(how);
        const said = await asking[name]().catch((error: unknown) => error);
        expect(said, JSON.stringify(how)).toBeInstanceOf(TransientError);
      }
    });

    it('says no where the host does not know us', async () => {
      at().place.local.manners.misbehave({ kind: 'status', status: 401 });
      const said = await asking[name]().catch((error: unknown) => error);
      if (name === 'connect') expect(said).toMatchObject({ kind: 'manual' });
      else expect(said).toMatchObject({ name: 'UserError', code: 'refused' });
    });

    it('waits for a slow one', async () => {
      at().place.local.manners.misbehave({ kind: 'slow', ms: 100 }, 2);
      const said = await asking[name]().catch((error: unknown) => error);
      expect(said).not.toBeInstanceOf(Error);
    });
  });
}
