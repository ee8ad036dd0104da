import { afterEach, describe, expect, it, vi } from 'vitest';
import { cleanLine, LineStream, MAX_LINE_CHARS } from '#builder/log/lines.ts';
import { Masker } from '#builder/log/mask.ts';
import { LogShipper } from '#builder/log/shipper.ts';
import type { LogLine } from '#core/events.ts';

const VALUE = 'p@ss wörd/+~42';

function masker(value = VALUE, name = 'TOKEN'): Masker {
  const made = new Masker();
  made.add(name, value);
  return made;
}

describe('masking', () => {
  const url = encodeURIComponent(VALUE);
  it.each([
    ['as it is', VALUE],
    ['as base64', Buffer.from(VALUE).toString('base64')],
    ['as base64url', Buffer.from(VALUE).toString('base64url')],
    ['URL-encoded', url],
    ['URL-encoded in lower case', url.replace(/%../g, (hex) => hex.toLowerCase())],
    ['form-encoded', url.replaceAll('%20', '+')],
    ['as hex', Buffer.from(VALUE).toString('hex')],
    ['in JSON', JSON.stringify('a"b\\c-secret').slice(1, -1), 'a"b\\c-secret'],
  ])('hides a value %s', (_, form, value = VALUE) => {
    const masked = masker(value).mask(`before ${form} after`);
    expect(masked).toBe('before [secret TOKEN] after');
  });

  it.each([1, 2, 3, 4])('hides a value inside a longer base64 text, %i bytes in', (before) => {
    const text = Buffer.from(`${'x'.repeat(before)}${VALUE}:more`).toString('base64');
    expect(masker().mask(text)).toContain('[secret TOKEN]');
  });

  it('hides each line of a key, but not its short lines', () => {
    const made = masker('-----BEGIN KEY-----\nabc\nMIIEvQIBADANBg\n-----END KEY-----', 'KEY');
    expect(made.mask('x MIIEvQIBADANBg y')).toBe('x [secret KEY] y');
    expect(made.mask('abc')).toBe('abc');
  });

  it('prefers the longer of two values', () => {
    const made = masker('secret', 'A');
    made.add('B', 'secret-longer');
    expect(made.mask('secret-longer secret')).toBe('[secret B] [secret A]');
  });

  it('leaves nothing of values that overlap', () => {
    const made = masker('abcdef', 'A');
    made.add('B', 'defghi');
    expect(made.mask('x abcdefghi y')).toBe('x [secret A][secret B] y');
  });

  it('hides the largest secret that there can be, of many lines or of one', () => {
    const lines = Array.from({ length: 4096 }, (_, at) => `${at * 7919} line é\u0001`)
      .join('\n')
      .slice(0, 60_000);
    const one = Array.from({ length: 10_000 }, (_, at) => `${at * 7919}é`)
      .join('')
      .slice(0, 50_000);
    const made = masker(lines, 'LINES');
    made.add('ONE', one);
    expect(made.mask(`a ${77 * 7919} line é\u0001 b ${one} c`)).toBe('a [secret LINES] b [secret ONE] c');
    expect(made.mask(JSON.stringify(lines))).toBe('"[secret LINES]"');
  });

  it('tells of each secret that it hid', () => {
    const names: string[] = [];
    masker().mask(`${VALUE} and ${VALUE}`, (name) => names.push(name));
    expect(names).toEqual(['TOKEN', 'TOKEN']);
  });
});

describe('lines', () => {
  function read(chunks: Buffer[], made = masker()): string[] {
    const lines: string[] = [];
    const stream = new LineStream(made, (line) => lines.push(line));
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
    return lines;
  }

  it('hides a value wherever the output is cut', () => {
    const bytes = Buffer.from(`one ${VALUE} two\nthree\n`);
    for (let at = 0; at <= bytes.length; at++) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(['one [secret TOKEN] two', 'three']);
    }
  });

  it('hides a value that lies across the cut of an endless line', () => {
    const made = masker();
    for (const shift of [0, 5, 10]) {
      const text = `${'x'.repeat(256 * 1024 - shift)}${VALUE}${'y'.repeat(100)}`;
      const all = read([...Buffer.from(text)].map((byte) => Buffer.of(byte)).slice(-2000), made);
      expect(all.join('')).toContain('[secret TOKEN]');
      const whole = read([Buffer.from(text.slice(0, -110)), Buffer.from(text.slice(-110))], made).join('');
      expect(whole).not.toContain('p@ss');
    }
  });

  it('hides a value that control characters interrupt', () => {
    expect(read([Buffer.from('hun\u0000ter\u00072-value\n')], masker('hunter2-value'))).toEqual([
      '[secret TOKEN]',
    ]);
  });

  it('tells of a secret once a line, after the line', () => {
    const heard: string[] = [];
    const stream = new LineStream(
      masker(),
      (line) => heard.push(line),
      (name) => heard.push(`that was ${name}`),
    );
    stream.write(Buffer.from(`${VALUE} ${VALUE}\nnothing\n`));
    expect(heard).toEqual(['[secret TOKEN] [secret TOKEN]', 'that was TOKEN', 'nothing']);
  });

  it('splits a line at 16 KiB, keeps tabs and colours, and replaces what is no UTF-8', () => {
    expect(read([Buffer.from('a'.repeat(MAX_LINE_CHARS + 1))]).map((line) => line.length)).toEqual([
      MAX_LINE_CHARS,
      1,
    ]);
    expect(cleanLine('\u001b[31mred\u001b[0m\ttab\u001b[2K\u001b]0;title\u0007\u0008')).toBe(
      '\u001b[31mred\u001b[0m\ttab',
    );
    expect(read([Buffer.of(0x61, 0xff, 0x62, 0x0a)])).toEqual(['a\ufffdb']);
    expect(read([Buffer.from('10%\r50%\r100%\r\ndone')])).toEqual(['10%', '50%', '100%', 'done']);
  });
});

describe('shipping', () => {
  afterEach(() => vi.useRealTimers());
  type Sent = { chunk: number; lines: readonly LogLine[] };

  function shipper(limit = 1_000_000): { log: LogShipper; sent: Sent[] } {
    const sent: Sent[] = [];
    return { sent, log: new LogShipper(masker(), async (chunk) => void sent.push(chunk), limit) };
  }

  it('sends once a second, numbered without holes', async () => {
    vi.useFakeTimers();
    const { log, sent } = shipper();
    log.say('clone', 'one\ntwo');
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    log.say('build', `three ${VALUE}`);
    expect(await log.close()).toBe(1);
    expect(sent.map((each) => each.chunk)).toEqual([0, 1]);
    expect(sent.flatMap((each) => each.lines).map(({ seq, stage, text }) => [seq, stage, text])).toEqual([
      [0, 'clone', 'one'],
      [1, 'clone', 'two'],
      [2, 'build', 'three [secret TOKEN]'],
    ]);
  });

  it('sends at 64 KiB without waiting', () => {
    const { log, sent } = shipper();
    for (let line = 0; line < 65; line++) log.add('build', 'x'.repeat(1023));
    expect(sent.map((each) => each.lines.length)).toEqual([64]);
    return log.close();
  });

  it('stops at the limit with one line that says so', async () => {
    const { log, sent } = shipper(100);
    for (let line = 0; line < 50; line++) log.add('build', 'x'.repeat(29));
    await log.close();
    const lines = sent.flatMap((each) => each.lines);
    expect(lines.map((line) => line.seq)).toEqual([0, 1, 2, 3]);
    expect(lines.at(-1)?.text).toBe('The log is longer than 100 bytes. The rest is not kept.');
  });

  it('has no last chunk without a line, and says when one got lost', async () => {
    expect(await shipper().log.close()).toBeNull();
    const broken = new LogShipper(masker(), () => Promise.reject(new Error('bus down')), 1000);
    broken.say('build', 'line');
    await expect(broken.close()).rejects.toThrow('bus down');
  });
});
