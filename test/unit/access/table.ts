import { permissionsOf, Role } from '#core/access.ts';
import type { Call } from './document.ts';

/** The callers that the table has a column for. */
export const COLUMNS = [...Role.options, 'operator'] as const;
export type Column = (typeof COLUMNS)[number];

const TITLE = `# Who may do what

Made from the routes and from the roles (\`functions/core/access.ts\`); a test keeps it so, and another calls every
operation as each of these callers, and holds the answers against this page.

Everybody acts for one team, and has what the role in that team gives. An **operator** is an admin of the team that
operates the installation; the column has what they may do there beyond their own team. An API token may do what its
role may, less what its scopes leave out: a scope is the name of a permission, and each operation takes one.

Nobody at all gets 401, always the same; so does a token that is unknown, expired or revoked. Who may not do a thing
gets 403 before anything else of the request was looked at. What another team has is not there: 404.
`;

/** Whether a role has an operation. */
function may(call: Call, column: Column): boolean {
  if (!call.takesToken || call.permission === null) return true;
  const [role, operates] = column === 'operator' ? (['admin', true] as const) : ([column, false] as const);
  return permissionsOf(role, operates).has(call.permission);
}

/** The page, from the calls of the document. */
export function render(calls: readonly Call[]): string {
  const tags = [...new Set(calls.map(({ tag }) => tag))];
  const parts = tags.map((tag) => {
    const rows = calls.filter((call) => call.tag === tag).map(rowOf);
    const head = `| operation | request | permission | ${COLUMNS.join(' | ')} |`;
    return [`\n## ${tag}\n`, head, `|---|---|---|${':-:|'.repeat(COLUMNS.length)}`, ...rows, ''].join('\n');
  });
  return TITLE + parts.join('');
}

function rowOf(call: Call): string {
  const marks = COLUMNS.map((column) => (may(call, column) ? '✓' : ''));
  const permission = call.takesToken ? (call.permission ?? 'any token') : 'no token';
  return `| \`${call.id}\` | \`${call.method} ${call.template}\` | ${permission} | ${marks.join(' | ')} |`;
}

/** Reads the page back: who may do an operation, by its name. */
export function parse(page: string): Map<string, ReadonlySet<Column>> {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows.map((row) => {
      const [, id = '', , , ...marks] = row.split('|').map((cell) => cell.trim());
      return [id.replaceAll('`', ''), new Set(COLUMNS.filter((_, index) => marks[index] === '✓'))];
    }),
  );
}
