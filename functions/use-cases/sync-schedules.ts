import type { Clock, Store } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import { bookOf, type FileSchedules, type ScheduleBook } from '#core/schedules.ts';

export interface SyncSchedulesDeps {
  readonly store: Pick<Store, 'schedules'>;
  readonly now: Clock;
}

/**
 * Brings what is built at set times in step with a repository as it is now: to be called after a push to its default
 * branch, with the schedules of the `bitflow.toml` there (valid ones; a file with a mistake changes nothing), and
 * with null after its rules were changed. May be repeated, and called late: a push that is older than what is known
 * of the file changes nothing.
 * @returns what is due from then on; null: nothing.
 */
export async function syncSchedules(
  deps: SyncSchedulesDeps,
  repository: Repository,
  file: FileSchedules | null,
): Promise<ScheduleBook | null> {
  return deps.store.schedules.change(repository.connection_id, (book) =>
    bookOf(book, repository, file, deps.now()),
  );
}
