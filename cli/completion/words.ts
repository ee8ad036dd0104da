/** A command line that is being typed, as far as the cursor. */
export interface Typed {
  /** Its words after the program's name, without their quotes; the last one is being typed, and may be empty. */
  readonly words: readonly string[];
  /** How much of the last word the shell keeps: what is before its last word break (`COMP_WORDBREAKS` of bash). */
  readonly kept: string;
}

/**
 * Reads a line as bash does: words in single and double quotes, backslashes (bash(1), "Quoting"). Nothing in it is
 * expanded or run.
 * @param breaks where bash begins a new word for completion though it is none to us, as at `:` and `=`.
 */
export function typedIn(line: string, breaks: string): Typed {
  const words: string[] = [];
  let word: string | null = null;
  let kept = '';
  let quote: string | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line.charAt(at);
    if (quote === "'" && letter !== quote) word += letter;
    else if (letter === '\\' && at + 1 < line.length) {
      at += 1;
      const next = line.charAt(at);
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(next) ? letter + next : next);
    } else if (quote !== null) {
      if (letter === quote) quote = null;
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
      if (breaks.includes(letter)) kept = word;
    } else if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
      kept = '';
    } else {
      word = (word ?? '') + letter;
      if (breaks.includes(letter)) kept = word;
    }
  }
  return { words: [...words, word ?? ''].slice(1), kept };
}
