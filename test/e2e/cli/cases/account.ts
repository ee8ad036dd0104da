import { MeView } from '#core/api/me.ts';
import type { Case } from './case.ts';

export const ACCOUNT: readonly Case[] = [{ command: 'whoami', argv: () => ['whoami'], schema: MeView }];
