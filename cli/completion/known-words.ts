import { Permission, Role } from '#core/access.ts';
import { BuilderType, BuildStatus } from '#core/build.ts';
import { RegistryKind } from '#core/registry.ts';
import { Platform } from '#core/repository.ts';
import { MachineType } from '#core/team.ts';
import { TEMPLATES } from '../init/templates.ts';
import type { Candidate } from './complete.ts';
import type { Word } from './kinds.ts';

const plain = (values: readonly string[]): Candidate[] => values.map((value) => ({ value, about: '' }));

/** Words of which the API knows a few: its own, so that a new one is known here with it. */
export const WORDS: Readonly<Record<Word, readonly Candidate[]>> = {
  platforms: plain(Platform.options),
  'builder-types': plain(BuilderType.options),
  'build-states': plain(BuildStatus.options),
  'registry-kinds': plain(RegistryKind.options),
  'machine-types': plain([...MachineType.options, 'default']),
  roles: plain(Role.options),
  permissions: plain(Permission.options),
  templates: Object.entries(TEMPLATES).map(([value, about]) => ({ value, about })),
};
