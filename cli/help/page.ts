/** A word or an option, and what it is. */
export interface Term {
  readonly term: string;
  readonly text: string;
}

/**
 * A part of a page of help. Written once, it is shown in a terminal (`terminal.ts`) and in docs/cli.md. Its texts
 * have backticks around what is typed or named, as Markdown has.
 */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  /** Lines to be typed or copied: never wrapped. */
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  /** What to type, and what it is good for. */
  | { readonly kind: 'examples'; readonly examples: readonly Term[] };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A page of help: of a command, or of a subject. */
export interface Page {
  /** As it is typed: `bitflow builds list`; a topic's name. */
  readonly name: string;
  readonly summary: string;
  readonly sections: readonly Section[];
}

export const text = (words: string): Block => ({ kind: 'text', text: words });
export const code = (...lines: string[]): Block => ({ kind: 'code', lines });
export const terms = (list: readonly Term[]): Block => ({ kind: 'terms', terms: list });
