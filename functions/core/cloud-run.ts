/**
 * What Cloud Run puts in the place of a token's signature once it has checked it, so that nobody behind it can use
 * the token elsewhere. Source: cloud.google.com/run/docs/troubleshooting#signature-removed
 */
export const REMOVED_SIGNATURE = 'SIGNATURE_REMOVED_BY_GOOGLE';

/** Whom an identity token for a Cloud Run service is made out to: its address, without a path. */
export const audienceOf = (url: string): string => new URL(url).origin;

/**
 * The headers of a call to a Cloud Run service of ours that checks its callers itself too. Cloud Run checks
 * `X-Serverless-Authorization` where it is sent, and takes the signature out of that one; `Authorization` then
 * comes to the service as it was. Source: cloud.google.com/run/docs/authenticating/service-to-service
 */
export const identityHeaders = (token: string) => ({
  authorization: `Bearer ${token}`,
  'x-serverless-authorization': `Bearer ${token}`,
});
