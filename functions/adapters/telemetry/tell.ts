import { type DomainEvent, lineOf } from '#core/domain-events.ts';
import { log } from '../log.ts';

/** Writes an event to the log. */
export function tell(event: DomainEvent): void {
  const { severity, message } = lineOf(event);
  log(severity, message, event);
}
