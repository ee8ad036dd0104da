import type { Check } from './check.ts';
import { firestoreCheck, firestoreLocationCheck } from './firestore.ts';
import { credentialsCheck, loginCheck } from './login.ts';
import { policyChecks } from './policies.ts';
import { billingCheck, projectCheck } from './project.ts';
import { gatewayRegionCheck, regionChecks } from './regions.ts';
import { signInCheck } from './sign-in.ts';
import { gcloudCheck, terraformCheck } from './tools.ts';

/** Each leans on those before it. Terraform is the first: it has read the values already. */
export const ACCOUNT_CHECKS: readonly Check[] = [
  terraformCheck,
  gcloudCheck,
  loginCheck,
  credentialsCheck,
  projectCheck,
  billingCheck,
];

/** What a project may forbid or have already; some of it can be asked only once APIs are on. */
export const PROJECT_CHECKS: readonly Check[] = [
  gatewayRegionCheck,
  ...policyChecks,
  ...regionChecks,
  firestoreLocationCheck,
  firestoreCheck,
  signInCheck,
];
