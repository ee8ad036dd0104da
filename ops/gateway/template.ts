/** What Terraform fills in: addresses of Cloud Run, origins without a path. */
export const PLACEHOLDERS = { api: '${api_url}', callback: '${callback_url}' } as const;

/**
 * A document as a template for Terraform's `templatefile()`: what looks like a template in it is escaped, but for our
 * placeholders (developer.hashicorp.com/terraform/language/expressions/strings, "Escape Sequences").
 */
export function template(document: object): string {
  const escaped = JSON.stringify(document, null, 2).replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
  const filled = Object.values(PLACEHOLDERS).reduce(
    (text, placeholder) => text.replaceAll(`"$${placeholder}"`, () => `"${placeholder}"`),
    escaped,
  );
  return `${filled}\n`;
}
