import type { Details } from '../kit/details.ts';
import { bytes, duration } from '../kit/times.ts';
import { type ApiBuild, reasonText, tookMs } from './status.ts';

/** How values are told: to people, or whole in a pipe. */
interface Telling {
  readonly isTerminal: boolean;
  readonly when: (time: string) => string;
}

/** All that is worth reading of a build. */
export function fieldsOf(build: ApiBuild, { isTerminal, when }: Telling): Details {
  const { image, error, build_config: config, pull_request: request, image_expires_at: expires } = build;
  const at = (time: string) => (isTerminal ? `${when(time)} (${time})` : when(time));
  return [
    ['id', build.id],
    ['status', build.status],
    ['reason', reasonText(build.reason)],
    ['repository', build.repository],
    ['ref', build.ref],
    ['commit', build.commit_sha],
    ['request', request && `#${request.number}${request.fork ? ', from a fork' : ''}`],
    ['builder', build.builder_type],
    ['created', at(build.created_at)],
    ['finished', build.finished_at && at(build.finished_at)],
    ['took', build.finished_at && duration(tookMs(build, 0))],
    ['stages', stagesText(build)],
    ['image', image?.reference],
    ['tags', image?.tags.join(', ')],
    ['size', image && (isTerminal ? bytes(image.size_bytes) : String(image.size_bytes))],
    ['image goes', image && expires && at(expires)],
    ['error', error && `${error.code}: ${error.message.replaceAll('\n', ' ')}`],
    ['image name', config.image_name],
    ['cache', config.cache],
    ['environment', variablesText(config.environment)],
    ['build args', variablesText(config.build_args)],
    ['timeout', duration(config.build_timeout * 1000)],
    ['superseded by', build.superseded_by],
    ['retry of', build.retry_of],
    ['attempt', build.attempt > 1 ? String(build.attempt) : null],
  ];
}

function stagesText({ stages }: ApiBuild): string {
  return stages.map(({ name, duration_ms: ms }) => `${name} ${ms === null ? '…' : duration(ms)}`).join(' · ');
}

function variablesText(variables: Readonly<Record<string, string>>): string | null {
  const all = Object.entries(variables).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return all.length === 0 ? null : all.join(' ');
}
