import type { StackInfo } from '#local/stack-info.ts';

/** The environment of somebody who is signed in to the stack; with `home` their files are kept there. */
export function signedIn(info: Pick<StackInfo, 'api' | 'token'>, home?: string): Record<string, string> {
  return {
    BITFLOW_URL: info.api,
    BITFLOW_TOKEN: info.token,
    ...(home !== undefined && { HOME: home }),
  };
}
