import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { choose } from '#builder/choose.ts';
import { readSettings } from '#builder/settings.ts';
import { APPS_FOLDER, readExpectation } from '#test/support/expect.ts';
import { inputOf } from './support/plan-input.ts';

const APPS = readdirSync(APPS_FOLDER).sort();

describe.each(APPS)('the sample app %s', (app) => {
  it('is recognised for the expected reason, and its plan is the one on record', async () => {
    const expected = await readExpectation(app);
    const bare = await inputOf(`${APPS_FOLDER}${app}`, {
      root: expected.root_directory,
      secretNames: ['API_KEY'],
    });
    const input = { ...bare, settings: await readSettings(bare.view) };
    const { builder, reason } = await choose('auto', input);
    expect({ builder: builder.type, reason }).toEqual({
      builder: expected.builder,
      reason: expected.builder_reason,
    });
    expect(await builder.plan(input)).toMatchSnapshot();
  });
});
