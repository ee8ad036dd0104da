import type { Build } from '#core/build.ts';
import type { Repository } from '#core/repository.ts';

/** The limits of a build unless said otherwise: half an hour to build, an hour in the queue. */
const TIMEOUT_S = 1800;
const QUEUE_TTL_S = 3600;

/** The one pool there is until pools can be configured. */
export const DEFAULT_POOL = 'default';

type Given = Pick<Build, 'id' | 'origin' | 'ref' | 'commit_sha' | 'before_sha' | 'pushed_at' | 'image'> &
  Partial<Pick<Build, 'requested_builder'>>;

/** A new build document of a repository: queued, owing nothing but a wake-up of `submit`. */
export function newBuild(repository: Repository, given: Given, at: number): Build {
  return {
    version: 1,
    team: repository.team,
    pool: DEFAULT_POOL,
    repository_id: repository.id,
    repository: repository.full_name,
    requested_builder: repository.builder_type,
    root_directory: repository.root_directory,
    timeout_s: TIMEOUT_S,
    queue_ttl_s: QUEUE_TTL_S,
    ...given,
    order: null,
    status: 'queued',
    reason: null,
    error: null,
    attempt: 0,
    cloud_build_id: null,
    bound: false,
    callbacks: [],
    builder_type: null,
    stages: [],
    result: null,
    moved_tags: [],
    last_log_chunk: null,
    effects: [{ kind: 'wake_submit' }],
    created_at: at,
    queued_at: at,
    submitting_at: null,
    started_at: null,
    promoting_at: null,
    finished_at: null,
    updated_at: at,
  };
}
