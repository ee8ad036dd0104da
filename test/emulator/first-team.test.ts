import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Firestore } from '@google-cloud/firestore';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { ROOT } from '#local/root.ts';

/** The command as an operator runs it, in a project of its own. */
function aProject() {
  const project = `demo-${randomUUID().slice(0, 13)}`;
  const run = (...args: readonly string[]) =>
    execa('node', [join(ROOT, 'ops/first-team.ts'), '--project', project, ...args], {
      preferLocal: true,
      localDir: ROOT,
      reject: false,
    });
  return { project, run };
}

const COMPLETE = ['--team', 'acme', '--name', 'Acme', '--admin', 'Ann@Acme.example'];

test('the first team is made once, with its admin', async () => {
  const { project, run } = aProject();
  const first = await run(...COMPLETE);
  expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('acme') });
  const again = await run('--team', 'other', '--name', 'Other', '--admin', 'bob@other.example');
  expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('there is a team already') });
  const firestore = new Firestore({ projectId: project });
  const { teams, members } = firestoreStore(firestore);
  expect(await teams.get('acme')).toMatchObject({ operates: true, name: 'Acme' });
  expect(await members.get('acme', 'ann@acme.example')).toMatchObject({ role: 'admin' });
  expect(await teams.get('other')).toBeNull();
  await firestore.terminate();
});

test('what is missing or wrong is named, and nothing is written', async () => {
  const { run } = aProject();
  const { exitCode, stderr } = await run('--team', 'Acme', '--name', 'Acme');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('lower-case');
  expect(stderr).toContain('admin');
  expect(await run(...COMPLETE)).toMatchObject({ exitCode: 0 });
});
