import type { HostPlace } from '../stand-in.ts';
import type { PullRequest } from '../state.ts';

export const PERSON = { id: 1, login: 'robot', name: 'robot', email: 'robot@gitee.com', username: 'robot' };

/** A time as Gitee writes it: of its own zone, in full seconds. */
export function giteeTime(at: number): string {
  const local = new Date(at + 8 * 3_600_000).toISOString();
  return `${local.slice(0, 19)}+08:00`;
}

/** A repository as the API has it. */
export function apiRepository({ state, address }: HostPlace, fullName: string) {
  const [owner = '', path = ''] = fullName.split('/');
  const { id, private: hidden, archived } = state.facts(fullName);
  return {
    id,
    full_name: fullName,
    human_name: `开源中国/${path}`,
    path,
    name: path,
    namespace: { id: 7, type: 'group', name: '开源中国', path: owner },
    private: hidden,
    archived,
    html_url: `${address}/${fullName}.git`,
  };
}

/** A repository as an event has it: its `full_name` is for people. */
export function hookRepository(place: HostPlace, fullName: string, defaultBranch: string | null) {
  const { id, name, path, namespace, private: hidden } = apiRepository(place, fullName);
  const shown = `${namespace.name}/${name}`;
  return {
    id,
    name,
    path,
    full_name: shown,
    owner: PERSON,
    private: hidden,
    html_url: `${place.address}/${fullName}`,
    clone_url: `${place.gitUrl}/${fullName}.git`,
    git_http_url: `${place.gitUrl}/${fullName}.git`,
    default_branch: defaultBranch,
    namespace: namespace.path,
    name_with_namespace: shown,
    path_with_namespace: fullName,
  };
}

/** A pull request. @param repositoryOf a repository as it stands in it: the API's and an event's differ. */
export function pullRequest(
  { state, repositories }: HostPlace,
  request: PullRequest,
  repositoryOf: (fullName: string) => object,
) {
  const { number, title, labels, base_branch, head_branch, head_sha, head_repository, full_name } = request;
  return {
    // an id of its own, which is not the number
    id: state.facts(full_name).id * 1000 + number,
    number,
    state: request.state,
    title,
    updated_at: giteeTime(request.updated_at),
    labels: labels.map((name, index) => ({ id: index + 1, name, color: 'd73a4a' })),
    user: PERSON,
    head: {
      label: head_branch,
      ref: head_branch,
      sha: head_sha,
      repo: repositories.exists(head_repository) ? repositoryOf(head_repository) : null,
    },
    base: { label: base_branch, ref: base_branch, repo: repositoryOf(full_name) },
    merged: request.state === 'merged',
  };
}
