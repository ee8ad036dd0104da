import { describe, expect, it } from 'vitest';
import { keptBody, MAX_KEPT_BODY_BYTES } from '#core/delivery-body.ts';

const keptOf = (value: unknown) => keptBody(value, 7);
/** What is kept of a value, read back. */
const kept = (value: unknown): unknown => JSON.parse(keptOf(value).text ?? 'null');

describe('what is kept of a body', () => {
  it('is the body itself, where it is short and has no secrets', () => {
    const push = {
      ref: 'refs/heads/main',
      commits: [{ id: 'a'.repeat(40), added: ['é', ''] }],
      n: 1,
      x: null,
    };
    expect(keptOf(push)).toEqual({ version: 1, text: JSON.stringify(push), size_bytes: 7, note: null });
  });

  it.each(['password', 'sign', 'secret', 'X-Gitlab-Token', 'private_key', 'accessKey', 'Authorization'])(
    'has no value of a field %s, wherever it lies',
    (name) => {
      const body = keptOf({ [name]: 's3cr3t', hook: [{ config: { [name]: 's3cr3t' } }] });
      expect(body.text).not.toContain('s3cr3t');
      expect(body.note).toBe('2 secrets were removed');
    },
  );

  it('looks into what is only grouped under such a name, and leaves addresses', () => {
    const value = { secret_scanning: { status: 'on' }, access_tokens_url: 'https://a/b', signature: null };
    expect(kept(value)).toEqual(value);
  });

  it.each([
    'ghp_0123456789abcdefghij0123456789abcdef',
    'glpat-0123456789abcdefghij',
    `bfw_${'x'.repeat(43)}`,
    `whsec_${'MfKQ9r8G'.repeat(4)}`,
  ])('has no token %s in any text', (token) => {
    expect(kept({ message: `see ${token}.` })).toEqual({ message: 'see [removed].' });
    expect(String(kept(`${'x'.repeat(1990)} ${token}`))).not.toContain(token.slice(0, 8));
  });

  it('has no user and password of an address', () => {
    expect(kept(['https://ann:pa55@git.example/a.git', 'mail ann@example.com'])).toEqual([
      'https://[removed]@git.example/a.git',
      'mail ann@example.com',
    ]);
  });

  it('is shortened where it is long, and says so', () => {
    const commits = Array.from({ length: 10_000 }, (_, index) => ({ id: String(index) }));
    const body = keptOf({ commits, text: 'x'.repeat(5000) });
    expect(body.note).toBe('what is long was shortened');
    expect(JSON.parse(body.text ?? '')).toMatchObject({
      commits: expect.arrayContaining([{ id: '0' }, '(and more)']),
      text: expect.stringMatching(/^x{2000}… \(cut\)$/),
    });
  });

  it('is shortened more where that is not enough', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`field ${index}`, 'é'.repeat(1000)]),
    );
    const { text } = keptOf(wide);
    expect(Buffer.byteLength(text ?? '')).toBeLessThanOrEqual(MAX_KEPT_BODY_BYTES);
    expect(JSON.parse(text ?? '')).toMatchObject({ '…': '(and more)' });
  });

  it('is nothing of what is too large however it is shortened', () => {
    const field = (at: number) => [`${at}${'k'.repeat(200)}`, { a: 'x'.repeat(200), b: 'x'.repeat(200) }];
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, at) => field(at)));
    const note = 'it was too large to be kept';
    expect(keptOf([wide, wide, wide])).toEqual({ version: 1, text: null, size_bytes: 7, note });
  });

  it.each([
    ['deep nesting', JSON.parse(`${'['.repeat(9000)}${']'.repeat(9000)}`)],
    ['nested objects', JSON.parse(`${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`)],
    ['a lone surrogate', ['\ud800', `${'x'.repeat(1999)}\u{1f433}`]],
    ['a field that is no field', JSON.parse('{"__proto__": {"password": "s3cr3t"}}')],
    ['nothing', undefined],
    ['a number', 7],
  ])('survives %s', (_, value) => {
    const { text } = keptOf(value);
    expect(text).not.toContain('s3cr3t');
    expect(Buffer.from(text ?? '', 'utf8').toString('utf8')).toBe(text);
    JSON.parse(text ?? '');
  });

  it('does not take long for long texts', () => {
    const texts = Array.from({ length: 100 }, () => 'ab://'.repeat(13_000));
    expect(keptOf(Array.from({ length: 20 }, () => texts)).text).not.toBeNull();
  });
});
