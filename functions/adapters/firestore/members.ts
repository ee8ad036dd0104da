import type { DocumentSnapshot, Firestore } from '@google-cloud/firestore';
import { z } from 'zod';
import { memberId } from '#core/ids.ts';
import { adminsAfter, Member } from '#core/member.ts';
import type { Members } from '#core/ports.ts';
import { COLLECTIONS } from './collections.ts';
import { compareAndSet, type Write } from './compare-and-set.ts';
import { guarded, parseDocument } from './documents.ts';
import { newestFirst } from './page.ts';

/** The admins of a team: read and written with each change of a role, so that two changes at once see each other. */
const Admins = z.object({ version: z.literal(1), emails: z.array(z.string()) });

const BY_CREATION = {
  field: 'created_at',
  placeOf: (member: Member) => ({ at: member.created_at, id: memberId(member.team, member.email) }),
};

/** How many teams one person may be found in. */
const MAX_TEAMS = 50;

export function firestoreMembers(firestore: Firestore): Members {
  const members = firestore.collection(COLLECTIONS.members);
  const referencesOf = (team: string, email: string) => [
    members.doc(memberId(team, email)),
    firestore.collection(COLLECTIONS.teamAdmins).doc(team),
  ];
  const adminsIn = (snapshot: DocumentSnapshot | undefined): readonly string[] =>
    (snapshot && parseDocument(Admins, snapshot))?.emails ?? [];
  return {
    get: (team, email) =>
      guarded(async () => parseDocument(Member, await members.doc(memberId(team, email)).get())),
    ofPerson: (email) =>
      guarded(async () => {
        const { docs } = await members.where('email', '==', email).limit(MAX_TEAMS).get();
        return docs.map((doc) => Member.parse(doc.data()));
      }),
    list: (team, page) => newestFirst(members.where('team', '==', team), Member, BY_CREATION, page),
    put: (member) =>
      compareAndSet(firestore, referencesOf(member.team, member.email), ([known, admins]) => {
        const before = known && parseDocument(Member, known);
        const result = before ? { ...before, role: member.role } : Member.parse(member);
        const concerned = before?.role === 'admin' || result.role === 'admin';
        const after = concerned ? adminsAfter(adminsIn(admins), member.email, member.role) : null;
        return { writes: memberWrites(firestore, result, after), result };
      }),
    remove: (team, email) =>
      compareAndSet(firestore, referencesOf(team, email), ([known, admins]) => {
        const before = known && parseDocument(Member, known);
        if (!before) return { writes: [], result: false };
        const after = before.role === 'admin' ? adminsAfter(adminsIn(admins), email, null) : null;
        const [member, ...others] = memberWrites(firestore, before, after);
        const writes = member ? [{ ...member, data: null }, ...others] : others;
        return { writes, result: true };
      }),
  };
}

/** A member's document and, where they change, the team's admins. */
export function memberWrites(
  firestore: Firestore,
  member: Member,
  admins: readonly string[] | null,
): Write[] {
  const reference = firestore.collection(COLLECTIONS.members).doc(memberId(member.team, member.email));
  const guard = firestore.collection(COLLECTIONS.teamAdmins).doc(member.team);
  const own: Write = { reference, data: Member.parse(member) };
  return admins === null ? [own] : [own, { reference: guard, data: { version: 1, emails: admins } }];
}
