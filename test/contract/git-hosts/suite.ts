import { afterAll, beforeAll, describe } from 'vitest';
import { itConnects } from './connecting.ts';
import { makeHistory } from './history.ts';
import { type HostUnderTest, type Place, startPlace } from './place.ts';
import { itReads } from './reading.ts';
import { itReports } from './reporting.ts';
import { itStandsTrouble } from './trouble.ts';

/** A place, once it is there. */
export interface Started {
  readonly place: Place;
  readonly commits: Readonly<Record<string, string>>;
}

/** The contract of `GitHost` and `HostWebhooks`, on a stand-in of the host's API over a real repository. */
export function describeGitHost(name: string, subject: HostUnderTest): void {
  describe(`git host: ${name}`, () => {
    let started: Started | null = null;
    const at = (): Started => {
      if (started === null) throw new Error('the place did not start');
      return started;
    };
    beforeAll(async () => {
      const place = await startPlace(subject);
      started = { place, commits: makeHistory(place.git) };
    });
    afterAll(() => started?.place.close());
    describe('reads', () => itReads(at));
    describe('connects', () => itConnects(at));
    describe('reports', () => itReports(at, subject));
    describe('stands trouble', () => itStandsTrouble(at));
  });
}
