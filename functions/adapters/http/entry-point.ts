/**
 * The name that a function is registered and deployed under. Google takes letters, digits, underscores and dots in it
 * (gcloud functions deploy --entry-point), and we name functions with hyphens.
 */
export const entryPoint = (name: string): string => name.replaceAll('-', '_');
