import { firestoreClient } from '#adapters/clients.ts';
import { firestoreStore } from '#adapters/firestore/index.ts';
import { UserError } from '#core/errors.ts';
import { firstTeam } from '#use-cases/first-team.ts';
import { Problem } from '../cloud/problem.ts';
import { countFor } from './quota-project.ts';
import type { Values } from './values.ts';

/** Makes the first team with the person's own credentials, as `npm run first-team` does; false: there is a team. */
export async function makeFirstTeam(
  project: string,
  { id, name, admin }: NonNullable<Values['first_team']>,
): Promise<boolean> {
  countFor(project);
  const firestore = firestoreClient(project);
  try {
    await firstTeam({ store: firestoreStore(firestore), now: Date.now }, { id, name, admin });
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem(
      `Firestore does not let this login write: ${why}`,
      `npm run first-team -- --team ${id} --name '${name}' --admin ${admin} --project ${project}, as somebody with roles/datastore.user`,
      { cause: error },
    );
  } finally {
    await firestore.terminate();
  }
}
