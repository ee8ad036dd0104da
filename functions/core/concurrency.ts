import { z } from 'zod';

/**
 * What a newer commit of the same branch or pull request does to the older builds: cancels them, waits for them, or
 * runs beside them.
 */
export const Concurrency = z.enum(['cancel', 'wait', 'parallel']);
export type Concurrency = z.infer<typeof Concurrency>;
