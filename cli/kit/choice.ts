import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** A zod enum, as far as it is needed here. */
interface Choices<Value extends string> {
  readonly options: readonly Value[];
}

/**
 * The one of the values that the API knows. Throws CliError (2), which names them, for any other: so a value that the
 * API learns is one of the command's at once. Left out stays left out.
 * @param flag how it was given: "--platform".
 */
export function choice<Value extends string, Given extends string | undefined>(
  { options }: Choices<Value>,
  given: Given,
  flag: string,
): Value | Extract<Given, undefined>;
export function choice<Value extends string>(
  { options }: Choices<Value>,
  given: string | undefined,
  flag: string,
): Value | undefined {
  if (given === undefined) return undefined;
  const found = options.find((one) => one === given);
  if (found !== undefined) return found;
  throw new CliError(
    EXIT.usage,
    `${flag}: ${JSON.stringify(given)} is not one that the service knows`,
    `Write ${options.length === 1 ? options[0] : `one of ${options.join(', ')}`}.`,
  );
}
