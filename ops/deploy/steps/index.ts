import type { Step } from '../context.ts';
import { account } from './account.ts';
import { agents } from './agents.ts';
import { apis } from './apis.ts';
import { apply } from './apply.ts';
import { builderImage } from './builder-image.ts';
import { bundle } from './bundle.ts';
import { firstTeam } from './first-team.ts';
import { foundation } from './foundation.ts';
import { health } from './health.ts';
import { init } from './init.ts';
import { keys } from './keys.ts';
import { plan } from './plan.ts';
import { project } from './project.ts';
import { signIn } from './sign-in.ts';
import { stateBucket } from './state-bucket.ts';

/** The way from an empty project to a working one, in order. */
export const STEPS: readonly Step[] = [
  account,
  apis,
  project,
  stateBucket,
  bundle,
  init,
  foundation,
  agents,
  keys,
  builderImage,
  plan,
  apply,
  signIn,
  health,
  firstTeam,
];
