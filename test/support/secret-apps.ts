/** A value that base64, URLs and JSON write differently. */
export const newValue = () => `p@ss/${crypto.randomUUID()}+~~~~ ????"<`;

/** Prints the secret as it is, as base64 and URL-encoded, as a careless script does: for a shell, and for Node. */
export const PRINT = [
  `printf '%s\\n' "$API_KEY"`,
  `printf '%s' "$API_KEY" | base64 -w0; echo`,
  `printf '%s' "$API_KEY" | perl -pe 's/([^A-Za-z0-9._~-])/sprintf("%%%02X", ord($1))/ge'; echo`,
].join('; ');
export const NODE_PRINT = `
  const value = process.env.API_KEY;
  console.log(value);
  console.log(Buffer.from(value).toString('base64'), Buffer.from('x' + value).toString('base64'));
  console.log(encodeURIComponent(value), JSON.stringify(value));`;

export const MOUNT = 'RUN --mount=type=secret,id=API_KEY,env=API_KEY';
/** Repositories: a Dockerfile on Debian, and a Node app that nixpacks builds with this script. */
export const dockerfile = (...lines: string[]) => ({
  Dockerfile: ['FROM debian:bookworm-slim', ...lines, ''].join('\n'),
});
export const nodeApp = (script: string) => ({
  'package.json': JSON.stringify({
    name: 'app',
    version: '1.0.0',
    scripts: { build: 'node build.js', start: 'node index.js' },
  }),
  'build.js': script,
  'index.js': 'console.log("hello")',
});
