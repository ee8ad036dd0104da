const SHORT = 10;
const TOLD = [
  'id',
  'build_id',
  'type',
  'kind',
  'status',
  'reason',
  'order',
  'digest',
  'dirty',
  'attempt',
  'cloud_build_id',
];

/** Values in a few words, for a trace: ids are cut, of an object only what tells it from others is named. */
export function brief(values: readonly unknown[]): string {
  return values.map(one).join(', ');
}

function one(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return short(value);
  if (value instanceof Error) return String(value);
  if (Array.isArray(value)) return value.length > 4 ? `[${value.length}]` : `[${brief(value)}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('outcome' in value && 'build' in value) return `${one(value.outcome)} → ${one(value.build)}`;
  const told = Object.entries(value).filter(([key, field]) => TOLD.includes(key) && field !== null);
  const inner = Object.entries(value).filter(([key]) => ['report', 'view', 'result', 'build'].includes(key));
  return `{${[...told, ...inner].map(([key, field]) => `${key}: ${one(field)}`).join(', ')}}`;
}

function short(text: string): string {
  const id = /^(?:b-|d-|r-|sha256:)?[0-9a-f]{20,}$/.test(text);
  return id ? text.slice(0, text.startsWith('sha256:') ? SHORT + 7 : SHORT) : text.slice(0, 60);
}
