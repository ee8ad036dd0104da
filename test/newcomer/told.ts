/** How the lines begin that are meant to be typed. */
const COMMAND = /^(?:alias|bitflow|npx bitflow|cd|mkdir|git) /;

/**
 * The command lines that an output tells to type, in order: those after its last "Next", where it has one. Nothing else
 * is known to a newcomer, so nothing else is typed.
 */
export function toldBy(output: string): string[] {
  const text = output.slice(output.lastIndexOf('\nNext') + 1);
  const lines = text.split('\n').map((line) => line.replace(/^remote: /, '').trim());
  return lines.filter((line) => COMMAND.test(line));
}
