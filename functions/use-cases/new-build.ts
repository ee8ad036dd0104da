import type { Build } from '#core/build.ts';
import {
  type BuildConfig,
  DEFAULT_CONFIG,
  DEFAULT_TIMEOUT_S,
  QUEUE_TTL_S,
  Variables,
} from '#core/build-config.ts';
import { UserError } from '#core/errors.ts';
import { REPORT } from '#core/reporting.ts';
import type { Repository } from '#core/repository.ts';
import type { Team } from '#core/team.ts';

/** The one pool there is until pools can be configured. */
export const DEFAULT_POOL = 'default';

type Given = Pick<Build, 'id' | 'origin' | 'ref' | 'commit_sha' | 'before_sha' | 'pushed_at' | 'image'> &
  Partial<
    Pick<
      Build,
      | 'requested_builder'
      | 'root_directory'
      | 'config'
      | 'timeout_s'
      | 'retry_of'
      | 'order'
      | 'pull_request'
      | 'trusted'
      | 'concurrency'
      | 'expires_at'
    >
  >;

/**
 * How a repository's images are built: what is asked for comes over the repository's own variables. Throws
 * UserError('refused') where both together are more than a build may have.
 */
export function configOf(repository: Repository, asked: Partial<BuildConfig> = {}): BuildConfig {
  return {
    ...DEFAULT_CONFIG,
    ...asked,
    environment: over('environment', repository.variables.run, asked.environment),
    build_args: over('build_args', repository.variables.build, asked.build_args),
  };
}

function over(field: 'environment' | 'build_args', own: Variables, asked: Variables = {}): Variables {
  const parsed = Variables.safeParse({ ...own, ...asked });
  if (parsed.success) return parsed.data;
  const path = `build_config.${field}`;
  const problems = parsed.error.issues.map(({ message }) => ({ path, message }));
  const said = problems.map(({ message }) => message).join(', ');
  throw new UserError('refused', `${path}, with the repository's own variables, ${said}`, { problems });
}

/**
 * A new build document of a repository: queued, owing nothing but a wake-up of `submit` and a report. Its time is cut to
 * what the team's builds may take.
 */
export function newBuild(repository: Repository, team: Team, given: Given, at: number): Build {
  const { config = configOf(repository), timeout_s = DEFAULT_TIMEOUT_S } = given;
  return {
    version: 1,
    team: repository.team,
    pool: DEFAULT_POOL,
    repository_id: repository.id,
    connection_id: repository.connection_id,
    repository: repository.full_name,
    requested_builder: repository.builder_type,
    root_directory: repository.root_directory,
    queue_ttl_s: QUEUE_TTL_S,
    retry_of: null,
    order: null,
    pull_request: null,
    trusted: true,
    concurrency: null,
    expires_at: null,
    ...given,
    machine_type: team.limits.machine_type,
    timeout_s: Math.min(timeout_s, team.limits.build_timeout_s),
    config,
    status: 'queued',
    reason: null,
    superseded_by: null,
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
    effects: [{ kind: 'wake_submit' }, REPORT],
    created_at: at,
    queued_at: at,
    submitting_at: null,
    started_at: null,
    promoting_at: null,
    finished_at: null,
    updated_at: at,
  };
}
