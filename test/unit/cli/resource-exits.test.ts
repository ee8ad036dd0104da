import { describe, expect, test } from 'vitest';
import { EXAMPLE } from '#core/api/examples.ts';
import { aCommand, REPO } from './resource-command.ts';

describe('exit codes', () => {
  test.each([
    ['repos', 'show', 'acme/nothing'],
    ['secrets', 'list', '-R', 'acme/nothing'],
    ['secrets', 'remove', 'NOTHING', '--yes', ...REPO],
    ['variables', 'remove', 'NOTHING', '--yes', ...REPO],
    ['images', 'show', 'nothing', ...REPO],
    ['registries', 'show', 'ghcr.io/nobody'],
    ['tokens', 'show', 't-ffff'],
    ['tokens', 'revoke', `t-${'f'.repeat(24)}`, '--yes'],
    ['deliveries', 'show', 'd-ffff'],
    ['dead-letters', 'replay', 'dl-ffff'],
    ['teams', 'show', 'nobody'],
  ])('4: there is none: %s %s %s', async (...argv) => {
    const said = await (await aCommand()).run(argv);
    expect(said).toMatchObject({ code: 4, stdout: '' });
    expect(said.stderr).toMatch(/^error {2}\S.*\nnext {3}\S.*\n$/);
  });

  test.each([
    ['repos', 'connect', 'acme/new', '--platform', 'github'],
    ['variables', 'set', 'A=1', '--run', ...REPO],
    ['secrets', 'remove', EXAMPLE.secret, '--yes', ...REPO],
    ['tokens', 'list'],
    ['audit'],
    ['dead-letters', 'list'],
    ['registries', 'connect', 'ghcr.io/other'],
    ['teams', 'members', 'set', 'x@acme.example', 'viewer'],
  ])('3: a viewer may not: %s %s %s', async (...argv) => {
    expect(await (await aCommand()).as('viewer', argv)).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('it takes the permission'),
    });
  });

  test.each([
    ['repos', 'connect', 'acme/new', '--platform', 'github', '--clone-url', 'https://10.0.0.1/new.git'],
    ['images', 'remove', 'sha256:aaaa', '--yes', ...REPO],
    ['images', 'tag', `sha256:${'0'.repeat(64)}`, 'v9', ...REPO],
    ['registries', 'connect', 'localhost/acme', '--kind', 'other'],
    ['variables', 'set', `${EXAMPLE.secret}=1`, '--run', ...REPO],
  ])('1: the service refuses: %s %s %s', async (...argv) => {
    expect(await (await aCommand()).run(argv)).toMatchObject({ code: 1, stdout: '' });
  });

  test.each([
    ['repos', 'connect', 'acme/new'],
    ['repos', 'connect', 'acme/new', '--platform', 'sourceforge'],
    ['repos', 'change', EXAMPLE.repository],
    ['repos', 'show', 'no name'],
    ['repos', 'rotate-webhook-secret', EXAMPLE.repository, '--overlap', 'long'],
    ['variables', 'set', 'A=1', ...REPO],
    ['variables', 'set', 'A', '--run', ...REPO],
    ['variables', 'set', '--run', ...REPO],
    ['variables', 'set', '__A__=1', '--run', ...REPO],
    ['variables', 'replace', '/nonexistent/variables.json', '--yes', ...REPO],
    ['secrets', 'set', EXAMPLE.secret, ...REPO],
    ['secrets', 'set', EXAMPLE.secret, '--from-file', '/nonexistent/value', ...REPO],
    ['registries', 'connect', 'registry.example.com/acme'],
    ['tokens', 'create', 'x', '--role', 'king'],
    ['tokens', 'create', 'x', '--expires', 'soon'],
    ['teams', 'limits', '--machine-type', 'ABACUS'],
    ['teams', 'members', 'set', 'x@acme.example', 'king'],
  ])('2: that is not how it is written: %s %s %s %s', async (...argv) => {
    expect(await (await aCommand()).run(argv)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error {2}\S.*\nnext {3}\S.*\n$/),
    });
  });
});
