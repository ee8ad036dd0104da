import { memberId } from '#core/ids.ts';
import { adminsAfter, Member } from '#core/member.ts';
import type { Members } from '#core/ports.ts';
import { newestFirst } from './page.ts';
import { type State, step } from './state.ts';

export function memoryMembers(state: State): Members {
  const { members } = state;
  const ofTeam = (team: string) => [...members.values()].filter((member) => member.team === team);
  const adminsOf = (team: string) =>
    ofTeam(team)
      .filter(({ role }) => role === 'admin')
      .map(({ email }) => email);
  return {
    get: (team, email) => step(state, () => members.get(memberId(team, email)) ?? null),
    ofPerson: (email) =>
      step(state, () => [...members.values()].filter((member) => member.email === email).slice(0, 50)),
    list: (team, page) =>
      step(state, () =>
        newestFirst(
          ofTeam(team),
          (member) => ({ at: member.created_at, id: memberId(team, member.email) }),
          page,
        ),
      ),
    put: (member) =>
      step(state, () => {
        const id = memberId(member.team, member.email);
        adminsAfter(adminsOf(member.team), member.email, member.role);
        const result = { ...Member.parse(members.get(id) ?? member), role: member.role };
        members.set(id, result);
        return result;
      }),
    remove: (team, email) =>
      step(state, () => {
        if (!members.has(memberId(team, email))) return false;
        adminsAfter(adminsOf(team), email, null);
        return members.delete(memberId(team, email));
      }),
  };
}
