import { clean, isolate } from '../kit/text.ts';
import { ago, bytes, duration } from '../kit/times.ts';
import { type ApiBuild, reasonText, tookMs } from './status.ts';

/**
 * All that is worth reading of a build: names and texts, harmless in a terminal.
 * @param now for people, times as they are told; null: for a pipe, ISO 8601.
 */
export function details(build: ApiBuild, now: number | null): [name: string, text: string][] {
  const { image, error, build_config: config } = build;
  const at = (time: string) => (now === null ? time : `${ago(time, now)} (${time})`);
  const fields: [string, string | null][] = [
    ['id', build.id],
    ['status', build.status],
    ['reason', reasonText(build.reason)],
    ['repository', clean(build.repository)],
    ['ref', build.ref === null ? null : isolate(clean(build.ref))],
    ['commit', build.commit_sha],
    ['builder', build.builder_type],
    ['created', at(build.created_at)],
    ['finished', build.finished_at === null ? null : at(build.finished_at)],
    ['took', build.finished_at === null ? null : duration(tookMs(build, 0))],
    ['stages', stagesText(build)],
    ['image', image?.reference ?? null],
    ['tags', image?.tags.join(', ') ?? null],
    ['size', image && (now === null ? String(image.size_bytes) : bytes(image.size_bytes))],
    ['error', error && `${error.code}: ${clean(error.message.replaceAll('\n', ' '))}`],
    ['image name', clean(config.image_name)],
    ['cache', config.cache === 'on' ? null : config.cache],
    ['environment', variablesText(config.environment)],
    ['build args', variablesText(config.build_args)],
    ['timeout', `${config.build_timeout}s`],
    ['retry of', build.retry_of],
    ['attempt', build.attempt > 1 ? String(build.attempt) : null],
  ];
  return fields.flatMap(([name, text]) => (text === null || text === '' ? [] : [[name, text]]));
}

function stagesText({ stages }: ApiBuild): string {
  return stages
    .map(({ name, duration_ms: ms }) => `${clean(name)} ${ms === null ? '…' : duration(ms)}`)
    .join(' · ');
}

function variablesText(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${JSON.stringify(clean(value))}`)
    .join(' ');
}
