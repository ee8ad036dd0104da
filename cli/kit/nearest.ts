/** The name that was probably meant: one that goes on from the word, or differs from it by a slip or two. Null: none. */
export function nearest(word: string, names: readonly string[]): string | null {
  const longer = names.find((name) => word.length >= 2 && name.startsWith(word));
  if (longer !== undefined) return longer;
  const slips = names.map((name) => ({ name, away: distance(word, name) }));
  const [best] = slips.toSorted((a, b) => a.away - b.away);
  return best !== undefined && best.away <= Math.max(1, word.length / 3) ? best.name : null;
}

/** Letters to insert, remove or replace until one word is the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(
        Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
