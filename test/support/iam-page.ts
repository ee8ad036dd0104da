interface Grant {
  readonly who: string;
  readonly kind: string;
  readonly label: string;
  readonly role: string;
  readonly why: string;
  readonly condition?: { readonly title: string } | null | undefined;
}

const HEAD = `# Who may do what in the project

Made from a plan of \`terraform/examples/production\` (\`npm run docs:iam\`); a test keeps it so, and holds it against every
right that the plan grants. What a person may do through the API is another matter: [access.md](access.md).

Each function runs as an account of its own, no account has a key, and there is no primitive role. A role on *the
project* stands only where Google has no smaller resource to grant it on; where it can be narrowed, the condition is
named after it. Custom roles have the permissions that \`terraform/\` lists. The example has two teams, \`acme\` and
\`open-data\`, whose images anybody may pull.
`;

/** docs/iam.md: who, on what resource, which role, why. */
export function iamPage(grants: readonly Grant[]): string {
  const whos = [...new Set(grants.map(({ who }) => who))].sort();
  return [
    HEAD,
    ...whos.map((who) =>
      section(
        who,
        grants.filter((grant) => grant.who === who),
      ),
    ),
  ].join('\n');
}

function section(who: string, grants: readonly Grant[]): string {
  const rows = grants.map(({ kind, label, role, why, condition }) => {
    const on = kind === 'project' ? `the project: ${label}` : label;
    return `| ${on} | ${short(role)}${condition ? ` (${condition.title})` : ''} | ${why} |`;
  });
  return [`## ${who}`, '', '| on | role | why |', '|---|---|---|', ...new Set(rows.toSorted()), ''].join(
    '\n',
  );
}

/** A custom role's own id; predefined ones as they are. */
const short = (role: string): string => role.replace(/^projects\/[^/]+\/roles\//, '');
