/** The name that was probably meant: one that goes on from the word, or differs from it by a slip or two. Null: none. */
export function nearest(word: string, names: readonly string[]): string | null {
  const longer = names.find((name) => word.length >= 2 && name.startsWith(word));
  if (longer !== undefined) return longer;
  const slips = names.map((name) => ({ name, away: distance(word, name) }));
  const [best] = slips.toSorted((a, b) => a.away - b.away);
  return best !== undefined && best.away <= Math.max(1, word.length / 3) ? best.name : null;
}

/** Letters to insert, remove, replace or swap until one word is the other (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i, j - 1) + 1,
          at(i - 1, j) + 1,
          at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          isSwapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
