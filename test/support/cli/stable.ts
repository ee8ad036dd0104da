/** What differs from run to run, in what people read: replaced by what it is. For snapshots. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/\b(b|d|r|t|rg|dl|au)-[0-9a-f]{6,40}\b/g, '$1-…'],
  [/\bsha256:[0-9a-f]{64}\b/g, 'sha256:…'],
  [/\b[0-9a-f]{40}\b/g, '(commit)'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '(time)'],
  [/\b127\.0\.0\.1:\d+\b/g, '127.0.0.1:(port)'],
  [/\b(?:bft|whs)_[A-Za-z0-9_-]{16,}/g, '(secret)'],
  [/\b\d+(?:\.\d+)? ?(?:ms|s|min|h|d|MB|kB|B|KiB|MiB)\b/g, '(n)'],
];

/** The text with what differs from run to run replaced. Columns keep their place where the new text is as long. */
export function stable(text: string): string {
  return CHANGING.reduce((all, [pattern, word]) => all.replace(pattern, word), text);
}
