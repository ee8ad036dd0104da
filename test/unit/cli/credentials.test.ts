import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { credentialsFile, keepCredential, readCredential } from '#cli/kit/credentials.ts';
import { Secret } from '#core/secret.ts';
import { ROOT } from '#local/root.ts';

const A = 'https://a.example';
const B = 'https://b.example';
const token = (letter: string) => new Secret(`bft_${letter.repeat(32)}`);

async function aHome() {
  const env = { XDG_CONFIG_HOME: await mkdtemp(join(tmpdir(), 'bitflow-credentials-')) };
  return { env, file: credentialsFile(env) };
}
const modeOf = async (file: string) => (await stat(file)).mode & 0o777;

describe('a token', () => {
  it('is kept for the origin that gave it, and no other', async () => {
    const { env, file } = await aHome();
    await keepCredential(env, A, token('a'));
    await keepCredential(env, B, token('b'));
    const found = await readCredential(env, A);
    expect(found?.token.reveal()).toBe(token('a').reveal());
    expect(found?.from).toBe(file);
    expect(await readCredential(env, 'https://a.example:8443')).toBeNull();
    expect(await readCredential(env, 'http://a.example')).toBeNull();
  });

  it('is forgotten, and the others are not', async () => {
    const { env, file } = await aHome();
    await keepCredential(env, A, token('a'));
    await keepCredential(env, B, token('b'));
    await keepCredential(env, A, null);
    expect(await readCredential(env, A)).toBeNull();
    expect(await readCredential(env, B)).not.toBeNull();
    expect(await readFile(file, 'utf8')).not.toContain('aaaa');
  });

  it('of the environment goes before, for whatever service', async () => {
    const { env } = await aHome();
    await keepCredential(env, A, token('a'));
    const found = await readCredential({ ...env, BITFLOW_TOKEN: `${token('c').reveal()}\n` }, A);
    expect(found?.token.reveal()).toBe(token('c').reveal());
    expect(found?.from).toBe('BITFLOW_TOKEN');
  });

  it('is refused where it is none, and is not repeated', async () => {
    const { env } = await aHome();
    const error: unknown = await readCredential({ ...env, BITFLOW_TOKEN: 'my password 123' }, A).catch(
      (e) => e,
    );
    expect(error).toMatchObject({ exitCode: 2 });
    expect(String(error)).not.toContain('password');
  });
});

describe('the file of tokens', () => {
  it('is only its owner’s, also where it was open to all, and whatever the umask', async () => {
    const { env, file } = await aHome();
    await keepCredential(env, A, token('a'));
    expect(await modeOf(file)).toBe(0o600);
    expect(await modeOf(dirname(file))).toBe(0o700);
    await chmod(file, 0o644);
    await keepCredential(env, B, token('b'));
    expect(await modeOf(file)).toBe(0o600);
    const umask = process.umask(0o777);
    await keepCredential(env, A, token('c')).finally(() => process.umask(umask));
    expect(await modeOf(file)).toBe(0o600);
  });

  it('stays a link where somebody made it one', async () => {
    const { env, file } = await aHome();
    const elsewhere = join(env.XDG_CONFIG_HOME, 'elsewhere.json');
    await writeFile(elsewhere, '{"version":1,"tokens":{}}');
    await mkdir(dirname(file));
    await symlink(elsewhere, file);
    await keepCredential(env, A, token('a'));
    expect(await readFile(elsewhere, 'utf8')).toContain(token('a').reveal());
    expect(await modeOf(elsewhere)).toBe(0o600);
  });

  it.each(['', '{', '{"version":2,"tokens":{}}', '{"version":1,"tokens":{"a":"bft_secret"}}'])(
    'that is damaged is refused, left as it is, and nothing of it is told: %s',
    async (text) => {
      const { env, file } = await aHome();
      await mkdir(dirname(file));
      await writeFile(file, text);
      const attempts = [() => readCredential(env, A), () => keepCredential(env, A, token('a'))];
      for (const attempt of attempts) {
        const error: unknown = await attempt().catch((e) => e);
        expect(error).toMatchObject({
          exitCode: 2,
          message: expect.stringContaining(file),
        });
        expect(inspect(error)).not.toContain('bft_secret');
      }
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );

  it('is whole, whenever somebody who writes it is killed', async () => {
    const { env, file } = await aHome();
    await keepCredential(env, A, token('a'));
    const write = `
      import { keepCredential } from '#cli/kit/credentials.ts';
      import { Secret } from '#core/secret.ts';
      for (let n = 0; ; n += 1) {
        await keepCredential(process.env, 'https://b.example', new Secret('bft_' + 'x'.repeat(16 + n % 4000)));
        if (n === 0) console.log('writing');
      }
    `;
    for (const afterMs of [0, 40, 90]) {
      const writer = execa(process.execPath, ['--input-type=module-typescript', '-e', write], {
        cwd: ROOT,
        env,
        reject: false,
      });
      await once(writer.stdout, 'data');
      await sleep(afterMs);
      writer.kill('SIGKILL');
      await writer;
      expect((await readCredential(env, A))?.token.reveal()).toBe(token('a').reveal());
      for (const name of await readdir(dirname(file)))
        expect(await modeOf(join(dirname(file), name))).toBe(0o600);
    }
    expect(await readCredential(env, B)).not.toBeNull();
  });
});
