import type { Platform } from './repository.ts';

/** Where each host keeps the head of a pull request, in the repository that it is made to. */
const HEADS: Readonly<Record<Platform, (number: number) => string>> = {
  // docs.github.com, "Checking out pull requests locally"
  github: (number) => `refs/pull/${number}/head`,
  // docs.gitlab.com, "Merge requests": "Fetch a merge request's head"
  gitlab: (number) => `refs/merge-requests/${number}/head`,
  gitee: (number) => `refs/pull/${number}/head`,
};

/** The full ref of a pull request's head. */
export function pullRequestRef(platform: Platform, number: number): string {
  return HEADS[platform](number);
}
