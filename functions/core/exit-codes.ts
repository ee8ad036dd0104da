import type { Fault } from './events.ts';

/** The builder's exit codes. 75 and 70 are EX_TEMPFAIL and EX_SOFTWARE of BSD's sysexits.h. */
export const EXIT_CODE: Readonly<Record<Fault, number>> = { user: 1, transient: 75, bug: 70 };
