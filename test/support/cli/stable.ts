/** What differs from run to run, in what people read: replaced by what it is. For snapshots. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/\b(b|d|r|t|rg|dl|au)-[0-9a-f]{6,40}\b/g, '$1-…'],
  [/(app|new|team)-[0-9a-f]{8,10}\b/g, '$1-…'],
  [/[^\s"']*\/(bitflow-(?:elsewhere|home))-\w{6}\b/g, '$1'],
  [/\bsha256:[0-9a-f]{64}\b/g, 'sha256:…'],
  [/\bsha256:[0-9a-f]{12}\b/g, 'sha256:short'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '(uuid)'],
  [/(?<="pushed_at": )\d{10}\b/g, '(s)'],
  [/\b[0-9a-f]{40}\b/g, '(commit)'],
  [/(?<=-|\s)[0-9a-f]{7}\b/g, '(short)'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '(time)'],
  [/\b\d+[hm] \d\d[ms]\b/g, '(n)'],
  [/\b\d+[smhd] ago\b|\bin \d+[mhd]\b/g, '(when)'],
  [/\b127\.0\.0\.1:\d+\b/g, '127.0.0.1:(port)'],
  [/\b(?:bft|bfw|whs)_[A-Za-z0-9_-]{16,}/g, '(secret)'],
  [/\b\d+(?:\.\d+)? ?(?:ms|s|min|m|h|d|GB|MB|kB|B|KiB|MiB)\b/g, '(n)'],
  [/(?<=\t|^size )\d+(?:\.\d+|\d{5})(?=\s)/gm, '(n)'],
  // What stood there was of another width from run to run, and so are the blanks behind it.
  [/(?<=\S) {3,}(?=\S)/g, '  '],
];

/** The text with what differs from run to run replaced; so columns are told by two blanks, and not by their place. */
export function stable(text: string): string {
  return CHANGING.reduce((all, [pattern, word]) => all.replace(pattern, word), text);
}
