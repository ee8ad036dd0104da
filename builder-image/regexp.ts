/** The text as a pattern that matches itself (RegExp.escape, which the compiler's library lacks). */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
