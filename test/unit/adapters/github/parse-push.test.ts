import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostEvent } from '#core/delivery.ts';
import { UserError } from '#core/errors.ts';
import { sha } from '#test/support/memory/examples.ts';
import { PUSH, parsed, refusal, request, withRepository, ZERO } from './push-request.ts';

describe('parse, a push', () => {
  const push = {
    kind: 'push',
    repository: 'acme/shop',
    host_id: '186853002',
    ref: 'refs/heads/main',
    before_sha: sha('b'),
    commit_sha: sha('a'),
    pushed_at: 1_557_933_657_000,
    message: 'a change',
  };

  it('gives it in our words, and nothing else', () => {
    expect(parsed()).toEqual(push);
    expect(HostEvent.parse(parsed())).toEqual(push);
  });

  it('that creates a ref has no commit before it', () => {
    expect(parsed({ before: ZERO, created: true })).toEqual({ ...push, before_sha: null });
    const tag = { ref: 'refs/tags/v1.0.0', before: ZERO, created: true, base_ref: 'refs/heads/main' };
    expect(parsed(tag)).toEqual({ ...push, ref: 'refs/tags/v1.0.0', before_sha: null });
  });

  it('that deletes a ref has no commit', () => {
    const deletion = { after: ZERO, deleted: true, head_commit: null, commits: [] };
    const gone = { ...push, commit_sha: null, message: null };
    expect(parsed(deletion)).toEqual(gone);
    expect(parsed({ after: ZERO, deleted: undefined })).toEqual(gone);
    expect(parsed({ deleted: true })).toEqual(gone);
  });

  it('by force is a push as any other', () => {
    expect(parsed({ forced: true, after: sha('c') })).toEqual({ ...push, commit_sha: sha('c') });
  });

  it('of an annotated tag is of the commit that the tag names', () => {
    const tag = {
      ref: 'refs/tags/v1',
      before: ZERO,
      after: sha('7'),
      head_commit: { id: sha('a'), message: 'x' },
    };
    expect(parsed(tag)).toMatchObject({ commit_sha: sha('a'), message: 'x' });
    expect(parsed({ ...tag, head_commit: null })).toMatchObject({ commit_sha: sha('7'), message: null });
  });

  it('has the start of a long message, in whole characters', () => {
    const message = `${'x'.repeat(3999)}🐳`;
    expect(parsed({ head_commit: { id: sha('a'), message } })).toMatchObject({
      message: `${'x'.repeat(3999)}\ufffd`,
    });
  });

  it('of a SHA-256 repository has its long ids', () => {
    const [before, after] = ['d'.repeat(64), 'e'.repeat(64)];
    expect(parsed({ before, after })).toEqual({ ...push, before_sha: before, commit_sha: after });
    expect(parsed({ before: '0'.repeat(64), after })).toMatchObject({ before_sha: null });
  });

  it('has its time in seconds; any other form says nothing', () => {
    expect(withRepository({ pushed_at: 1_700_000_000 })).toMatchObject({ pushed_at: 1_700_000_000_000 });
    for (const pushed_at of ['2019-05-15T15:20:57Z', null, undefined]) {
      expect(withRepository({ pushed_at })).toEqual({ ...push, pushed_at: null });
    }
  });

  it.each([
    ['ref', { ref: undefined }],
    ['ref', { ref: 7 }],
    ['ref', { ref: 'x'.repeat(1025) }],
    ['ref', { ref: 'refs/heads/\ud800' }],
    ['head_commit.id', { head_commit: { id: 'HEAD', message: 'x' } }],
    ['before', { before: 'HEAD' }],
    ['before', { before: null }],
    ['after', { after: undefined }],
    ['after', { after: `${sha('a')}\n` }],
    ['after', { after: sha('A') }],
    ['after', { after: '--upload-pack=x' }],
    ['deleted', { deleted: 'no' }],
    ['repository', { repository: undefined }],
    ['repository', { repository: null }],
    ['repository.full_name', { repository: {} }],
    ['repository.full_name', { repository: { full_name: 'x'.repeat(256) } }],
    ['repository.pushed_at', { repository: { full_name: 'acme/shop', pushed_at: 1.5 } }],
    ['repository.pushed_at', { repository: { full_name: 'acme/shop', pushed_at: -1 } }],
    ['repository.pushed_at', { repository: { full_name: 'acme/shop', pushed_at: 253_402_300_800 } }],
    ['repository.pushed_at', { repository: { full_name: 'acme/shop', pushed_at: Number.MAX_SAFE_INTEGER } }],
  ])('names the field that is wrong: %s', (path, fields) => {
    const { code, problems } = refusal(request({ ...PUSH, ...fields }, 'push'));
    expect(code).toBe('invalid_request');
    expect(problems.map((problem) => problem.path)).toEqual([path]);
  });

  it('names all fields that are wrong', () => {
    expect(refusal(request({}, 'push')).problems.map(({ path }) => path)).toEqual([
      'ref',
      'before',
      'after',
      'repository',
    ]);
    for (const body of ['null', '[]', '"x"', '1']) {
      expect(refusal(request(body, 'push'))).toMatchObject({ code: 'invalid_request' });
    }
  });

  it('gives a time that a delivery may hold, or refuses it, whatever number is sent', () => {
    for (const [pushed_at, ms] of [
      [0, 0],
      [253_402_300_799, 253_402_300_799_000],
    ] as const) {
      expect(HostEvent.parse(withRepository({ pushed_at }))).toMatchObject({ pushed_at: ms });
    }
    const numbers = fc.oneof(fc.maxSafeInteger(), fc.double(), fc.integer({ min: 0, max: 300_000_000_000 }));
    fc.assert(
      fc.property(numbers, (pushed_at) => {
        let event: unknown;
        try {
          event = withRepository({ pushed_at });
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          expect(error.code).toBe('invalid_request');
          expect(new Set(error.problems.map(({ path }) => path))).toEqual(new Set(['repository.pushed_at']));
          return;
        }
        expect(HostEvent.parse(event)).toEqual(event);
      }),
    );
  });
});
