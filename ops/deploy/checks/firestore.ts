import { z } from 'zod';
import { listOf } from '../../cloud/gcloud.ts';
import type { Check } from './check.ts';

const Database = z.object({
  name: z.string(),
  type: z.string().optional(),
  locationId: z.string().optional(),
});

/** The database's mode and place are for ever. */
export const firestoreCheck: Check = {
  name: 'firestore',
  needs: 'firestore.googleapis.com',
  async find({ gcloud, values }) {
    const { project, region, firestore_location } = values;
    const wanted = firestore_location ?? region;
    const databases = await gcloud.read(listOf(Database), [
      'firestore',
      'databases',
      'list',
      `--project=${project}`,
    ]);
    const database = databases.find(({ name }) => name.endsWith('/(default)'));
    if (database === undefined) return null;
    if (database.type === 'DATASTORE_MODE')
      return {
        why: 'the database (default) is in Datastore mode, and the service speaks Firestore',
        next: `take another project; or, if the database is not used by anything: gcloud firestore databases delete --database='(default)' --project=${project}, and wait five minutes`,
      };
    if (database.locationId !== undefined && database.locationId !== wanted)
      return {
        why: `the database (default) is in ${database.locationId}, not in ${wanted}, and cannot be moved`,
        next: `set firestore_location = "${database.locationId}", or take another project`,
      };
    return null;
  },
};

export const firestoreLocationCheck: Check = {
  name: 'firestore-location',
  needs: 'firestore.googleapis.com',
  async find({ gcloud, values }) {
    const { project, region, firestore_location } = values;
    const wanted = firestore_location ?? region;
    const Location = z.object({ locationId: z.string() });
    const found = await gcloud.read(listOf(Location), [
      'firestore',
      'locations',
      'list',
      `--project=${project}`,
    ]);
    const ids = found.map(({ locationId }) => locationId);
    if (ids.includes(wanted)) return null;
    return {
      why: `Firestore does not exist in ${wanted}`,
      next: `set firestore_location to one of ${ids.toSorted().join(', ')}`,
    };
  },
};
