/**
 * Google's libraries, with a person's own credentials, count requests for a project only where they are told which, and
 * Firestore refuses those that count for none (cloud.google.com/docs/quotas/set-quota-project). Other than gcloud and
 * Terraform they read it from this process' environment.
 */
export function countFor(project: string): void {
  process.env.GOOGLE_CLOUD_QUOTA_PROJECT ??= project;
}
