import type { DocumentReference, Firestore } from '@google-cloud/firestore';
import { UserError } from '#core/errors.ts';
import { adminsAfter, type Member } from '#core/member.ts';
import type { Created, Teams } from '#core/ports.ts';
import { Team } from '#core/team.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet, type Write } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';
import { memberWrites } from './members.ts';
import { newestFirst } from './page.ts';

const BY_CREATION = {
  field: 'created_at',
  placeOf: (team: Team) => ({ at: team.created_at, id: team.id }),
};

export function firestoreTeams(firestore: Firestore): Teams {
  const teams = firestore.collection(COLLECTIONS.teams);
  return {
    create: (team, admin) => create(firestore, Team.parse(team), admin),
    get: (id) => guarded(async () => parseDocument(Team, await teams.doc(id).get())),
    list: (page) => newestFirst(teams, Team, BY_CREATION, page),
    change: (id, fields) =>
      compareAndSet(firestore, [teams.doc(id)], ([snapshot]) => {
        const team = snapshot && parseDocument(Team, snapshot);
        if (!team) throw new UserError('not_found', `there is no team ${JSON.stringify(id)}`);
        const result = Team.parse({ ...team, ...fields });
        return { writes: [{ reference: snapshot.ref, data: result }], result };
      }),
  };
}

/** What only one team may have is a document of its own that says whose it is. */
function claimsOf(firestore: Firestore, team: Team): { claim: DocumentReference; what: string }[] {
  const claims = firestore.collection(COLLECTIONS.teamClaims);
  const prefix = { claim: claims.doc(`prefix.${team.registry_prefix}`), what: 'has this registry prefix' };
  const operator = { claim: claims.doc('operator'), what: 'operates the installation' };
  return team.operates ? [prefix, operator] : [prefix];
}

function create(firestore: Firestore, team: Team, admin: Member | undefined): Promise<Created> {
  const reference = firestore.collection(COLLECTIONS.teams).doc(team.id);
  const claims = claimsOf(firestore, team);
  const member =
    admin === undefined ? [] : memberWrites(firestore, admin, adminsAfter([], admin.email, 'admin'));
  const all: Write[] = [
    { reference, data: team },
    ...claims.map(({ claim }) => ({ reference: claim, data: { version: 1, team: team.id } })),
    ...member,
  ];
  return compareAndSet<Created>(
    firestore,
    all.map((write) => write.reference),
    ([known, ...found]) => {
      if (known?.exists) return { writes: [], result: 'exists' };
      for (const [index, { what }] of claims.entries()) {
        const owner: unknown = found[index]?.get('team');
        if (owner !== undefined) throw new UserError('conflict', `another team ${what}`);
      }
      return { writes: all, result: 'created' };
    },
  );
}
