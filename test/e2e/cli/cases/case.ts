import type { z } from 'zod';
import type { World } from '../world.ts';

/**
 * A way to call a command, which is driven three times: in a pipe, in a terminal, and with `--json`. What is said to
 * people is a snapshot; the JSON is held against the schema.
 */
export interface Case {
  /** The command, as the tree has it: `repos show`. */
  readonly command: string;
  /** What this call of it is about, where there are several. */
  readonly about?: string;
  /** The whole command line, without the program's name. */
  readonly argv: (world: World) => readonly string[];
  /** What `--json` prints, strictly: the API's own schema, unless the API answers nothing. Null: an error, on stderr. */
  readonly schema: z.ZodType | null;
  /** The exit code; 0 unless said otherwise. */
  readonly code?: number;
  /** Who calls: the team's admin unless said otherwise. */
  readonly as?: 'admin' | 'operator';
  /** Where: the checkout of the connected repository unless said otherwise. */
  readonly cwd?: (world: World) => string;
  /** What is on standard input in a pipe, and is typed where the terminal asks for it; never shown. */
  readonly secret?: string;
  /** It asks first: answered in the terminal, and `--yes` in a pipe. */
  readonly confirms?: boolean;
  /** Sees to it that it can be called, before each time. */
  readonly before?: (world: World) => Promise<unknown>;
  /** Of the terminal; 80 unless said otherwise: more where what is cut depends on how long ago something was. */
  readonly columns?: number;
  /** It has to fit 40 columns too: as many lines as in 80. */
  readonly narrow?: boolean;
}

export const nameOf = ({ command, about }: Case): string =>
  about === undefined ? command : `${command}: ${about}`;
