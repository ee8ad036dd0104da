import { hasVersion } from '../secrets.ts';
import type { Check } from './check.ts';

/** The client secrets that people made themselves: Terraform only refers to them. */
export const signInCheck: Check = {
  name: 'sign-in',
  needs: 'secretmanager.googleapis.com',
  async find({ gcloud, values }) {
    const { project, sign_in } = values;
    for (const client of [sign_in.google, sign_in.github]) {
      if (client === null || (await hasVersion(gcloud, project, client.secret))) continue;
      return {
        why: `sign_in names the secret ${client.secret}, and Secret Manager has no version of it`,
        next: `gcloud secrets create ${client.secret} --project=${project} --data-file=- (then paste the client secret, and press Ctrl-D)`,
      };
    }
    return null;
  },
};
