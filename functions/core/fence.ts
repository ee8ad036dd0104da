/** ANSI escape sequences (ECMA-48 5.4), then what is no text: control characters but tab, and those that turn lines around. */
const NO_TEXT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])|[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A line of foreign text without what a terminal would act on. */
export function plainLine(text: string): string {
  return text.replace(NO_TEXT, '').toWellFormed();
}

/** The start of a text, with a mark where it was cut: `most` UTF-16 units at most, and no half of a pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * Lines of foreign text as a Markdown code block that none of them can close: a fence ends only at one that is at
 * least as long (spec.commonmark.org/0.31.2/#fenced-code-blocks).
 */
export function fenced(lines: readonly string[]): string {
  const text = lines.map(plainLine);
  const longest = text.reduce((most, line) => Math.max(most, ...runsOfTicks(line)), 2);
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...text, fence].join('\n');
}

function runsOfTicks(line: string): number[] {
  return (line.match(/`+/g) ?? []).map((run) => run.length);
}
