/** The chapters of the reference, in its order, by the first part of an operation's name. */
export const TAGS: Readonly<Record<string, { readonly name: string; readonly description: string }>> = {
  builds: { name: 'Builds', description: 'A build makes one image of one commit.' },
  repositories: {
    name: 'Repositories',
    description:
      'What is connected: settings, variables and secrets. A repository’s `id` is its own id, or `owner/name`, URL-encoded as `owner%2Fname`.',
  },
  images: { name: 'Images', description: 'The released images of a repository, and their tags.' },
  registries: { name: 'Registries', description: 'The team’s own registries, as places to release to.' },
  device: {
    name: 'Signing in',
    description: 'How a terminal gets a person’s API token, confirmed in a browser (RFC 8628).',
  },
  me: { name: 'Me', description: 'The caller, its teams, and what it may do.' },
  teams: { name: 'Teams', description: 'Teams, their members and their limits.' },
  tokens: {
    name: 'Tokens',
    description: 'API tokens (`bft_…`). A token is shown once, when it is made; only its hash is kept.',
  },
  audit_log: { name: 'Audit log', description: 'Who changed what, when, and from where.' },
  deliveries: { name: 'Deliveries', description: 'What git hosts told, and what became of it.' },
  dead_letters: { name: 'Dead letters', description: 'Messages inside the service that were given up.' },
  service: { name: 'Service', description: 'The service itself.' },
};

/** The chapter of an operation: `builds.create` is in that of `builds`. */
export function tagOf(operationId: string): string {
  const [first = ''] = operationId.split('.');
  return TAGS[first]?.name ?? first;
}
