import type { DeviceGrant, GrantEvent } from '#core/device-grant.ts';
import { UserError } from '#core/errors.ts';
import type { Member } from '#core/member.ts';
import type { Clock, Store } from '#core/ports.ts';

interface AnswerDeviceGrantDeps {
  readonly store: Pick<Store, 'deviceGrants' | 'members'>;
  readonly now: Clock;
}

type Recorded = (member: Member, give: () => Promise<DeviceGrant>) => Promise<DeviceGrant>;

/** A grant that waits for an answer, and the teams for which this person can give it. */
export interface Question {
  readonly grant: DeviceGrant;
  readonly memberships: readonly Member[];
}

/** What a person is asked. Throws UserError('not_found') for a code that nobody waits with (any longer). */
export async function questionOf(
  { store, now }: AnswerDeviceGrantDeps,
  email: string,
  code: string,
): Promise<Question> {
  const [grant, memberships] = await Promise.all([
    store.deviceGrants.get(code),
    store.members.ofPerson(email),
  ]);
  if (grant === null || grant.state.status !== 'pending' || now() >= grant.expires_at) throw nobodyWaits();
  return { grant, memberships: memberships.toSorted((a, b) => (a.team < b.team ? -1 : 1)) };
}

/**
 * A person's answer; null for the team: no. The same answer again changes nothing.
 * @param recorded gives an approval under the eyes of the team's audit log.
 * Throws UserError('forbidden') for a team that the person is not in, 'not_found' where it is over, or somebody
 * answered otherwise.
 */
export async function answerDeviceGrant(
  { store, now, recorded }: AnswerDeviceGrantDeps & { readonly recorded: Recorded },
  { email, code, team }: { email: string; code: string; team: string | null },
): Promise<DeviceGrant> {
  const give = async (event: GrantEvent) => {
    const answered = await store.deviceGrants.answer(code, event, now());
    if (answered === null || answered.outcome === 'refused') throw nobodyWaits();
    return answered.grant;
  };
  if (team === null) return give({ type: 'deny', email });
  const member = await store.members.get(team, email);
  if (member === null)
    throw new UserError('forbidden', `${email} is not in the team ${JSON.stringify(team)}`);
  return recorded(member, () => give({ type: 'approve', email, team }));
}

function nobodyWaits(): UserError {
  return new UserError(
    'not_found',
    'no terminal waits with this code: it was answered already, or it is over',
  );
}
