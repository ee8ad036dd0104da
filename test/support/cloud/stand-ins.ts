import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a tool was called with. */
export interface ToolCall {
  readonly tool: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ToolAnswer {
  readonly code?: number;
  readonly out?: string;
  readonly err?: string;
}

export type Answering = (call: ToolCall) => ToolAnswer | Promise<ToolAnswer>;

const decode = (line: string) => Buffer.from(line, 'base64').toString();
const encode = (text = '') => `-${Buffer.from(text).toString('base64')}`;
const strings = (line: string) => decode(line).split('\0').slice(0, -1);

/**
 * Puts programs of these names into `bin`, each of which does what `answer` says.
 *
 * @returns the environment that they need, and how to end
 */
export async function startStandIns(bin: string, names: readonly string[], answer: Answering) {
  await mkdir(bin, { recursive: true });
  for (const name of names) {
    await copyFile(new URL('./stand-in.sh', import.meta.url), join(bin, name));
    await chmod(join(bin, name), 0o755);
  }
  const server = createServer((socket) => void converse(socket, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    env: { PATH: `${bin}:/usr/bin:/bin`, STAND_IN_PORT: String(address.port) },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function converse(socket: Socket, answer: Answering): Promise<void> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: socket })) {
    lines.push(line);
    if (lines.length === 3) break;
  }
  const [argv = '', input = '', environment = ''] = lines;
  const [tool = '', ...args] = strings(argv);
  const env = Object.fromEntries(
    strings(environment).map((entry): [string, string] => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
  const { code = 0, out, err } = await answer({ tool, args, input: decode(input), env });
  socket.end(`${code} ${encode(out)} ${encode(err)}\n`);
}
