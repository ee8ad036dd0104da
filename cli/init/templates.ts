/** The templates there are, in the order in which they are listed: a folder in cli/templates/ each. */
export const TEMPLATES = {
  node: 'a Node app: HTTP server, test',
  python: 'a Python app: Flask behind gunicorn, test',
  go: 'a Go app: HTTP server, test',
  rust: 'a Rust app: HTTP server, test',
  static: 'a static site, served by nginx',
  dockerfile: 'an app with a Dockerfile of its own',
  'pytorch-training': 'a training with PyTorch, for one site or federated',
} as const satisfies Readonly<Record<string, string>>;

export type TemplateName = keyof typeof TEMPLATES;
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as TemplateName[];
