/** What a GitHub App is made of. */
export interface AppWanted {
  readonly name: string;
  /** Where the function `webhooks` is. */
  readonly webhooksUrl: string;
  readonly isPublic: boolean;
  /** Where GitHub sends the browser back to. */
  readonly redirectUrl: string;
}

/**
 * A GitHub App's manifest, with the least that BitFlow works with. A permission to write checks brings the events by
 * which people run one again, and every App is told of its installations.
 * Source: docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function manifestOf({ name, webhooksUrl, isPublic, redirectUrl }: AppWanted) {
  return {
    name,
    url: webhooksUrl,
    description: 'Builds container images of what is pushed',
    hook_attributes: { url: `${webhooksUrl}/v1/webhooks/github/events`, active: true },
    redirect_url: redirectUrl,
    public: isPublic,
    default_permissions: { checks: 'write', contents: 'read', metadata: 'read', pull_requests: 'read' },
    default_events: ['push', 'pull_request', 'repository'],
  };
}

/** Where GitHub takes a manifest: of a person's own account, or an organization's. */
export function registrationUrl(host: string, organization: string | undefined, state: string): string {
  const owner = organization === undefined ? '' : `/organizations/${encodeURIComponent(organization)}`;
  return `${host}${owner}/settings/apps/new?state=${state}`;
}

/** The API of a GitHub: an Enterprise Server has it under its own address. */
export function apiOf(host: string): string {
  return host === 'https://github.com' ? 'https://api.github.com' : `${host}/api/v3`;
}
