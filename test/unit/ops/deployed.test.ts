import { describe, expect, it } from 'vitest';
import { inWords } from '#ops/deploy/in-words.ts';

const deployed = {
  project: 'acme-builds',
  region: 'europe-west1',
  plan_only: false,
  changes: { add: 0, change: 0, destroy: 0 },
  webhook_url: 'https://webhooks.example.com',
  api_url: 'https://api.example.com',
  sign_in: { providers: ['github.com'], redirect: 'https://api.example.com/device/return' },
  first_team: 'there',
} as const;

describe('a deployment ends with', () => {
  it('both addresses, and where to sign in', () => {
    expect(inWords(deployed)).toBe(`
The API:   https://api.example.com
Webhooks:  https://webhooks.example.com/v1/webhooks/HOST/events (github, gitlab, gitee)

Next: npx bitflow login --url https://api.example.com`);
  });

  it('what a client must know, where nobody can sign in yet', () => {
    const told = inWords({ ...deployed, sign_in: { ...deployed.sign_in, providers: [] } });
    expect(told).toContain('Next: let people sign in');
    expect(told).toContain('https://api.example.com/device/return');
    expect(told).toContain('Then: npx bitflow login');
  });

  it('how the first team is made, where the file names none', () => {
    expect(inWords({ ...deployed, first_team: 'none' })).toMatch(
      /Next: npm run first-team -- .* --project acme-builds\nThen: npx bitflow login/,
    );
  });

  it('no addresses, where it was only planned', () => {
    expect(inWords({ ...deployed, plan_only: true })).toBe('\nNothing was changed.');
  });
});
