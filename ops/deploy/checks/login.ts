import { z } from 'zod';
import { listOf } from '../../cloud/gcloud.ts';
import type { Check } from './check.ts';

const Account = z.object({ account: z.string() });

export const loginCheck: Check = {
  name: 'login',
  async find({ gcloud }) {
    const accounts = await gcloud.read(listOf(Account), ['auth', 'list', '--filter=status:ACTIVE']);
    if (accounts.length > 0) return null;
    return { why: 'nobody is logged in at gcloud', next: 'gcloud auth login' };
  },
};

/** gcloud and Terraform have credentials of their own: one without the other is the usual case. */
export const credentialsCheck: Check = {
  name: 'credentials',
  async find({ gcloud }) {
    if (await gcloud.can(['auth', 'application-default', 'print-access-token'])) return null;
    return {
      why: 'there are no application default credentials, or they have expired: Terraform has nothing to log in with',
      next: 'gcloud auth application-default login',
    };
  },
};
