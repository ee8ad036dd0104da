/** The settings of a repository that `connect` and `change` take. */
export interface RepositoryOptions {
  readonly cloneUrl?: string | undefined;
  readonly defaultBranch?: string | undefined;
  readonly folder?: string | undefined;
  readonly builder?: string | undefined;
  readonly publicBadge?: boolean | undefined;
}
