import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';

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
    env: { PATH: bin, STAND_IN_PORT: String(address.port) },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

const END = '\0END\0';

async function converse(socket: Socket, answer: Answering): Promise<void> {
  // it may be ended while it waits
  socket.on('error', () => undefined);
  let told = '';
  for await (const chunk of socket.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    told += chunk;
    if (told.endsWith(END)) break;
  }
  const [tool = '', input = '', count = '0', ...rest] = told.slice(0, -END.length).split('\0');
  const args = rest.slice(0, Number(count));
  const env = Object.fromEntries(
    rest.slice(Number(count)).map((entry): [string, string] => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
  const { code = 0, out = '', err = '' } = await answer({ tool, args, input, env });
  socket.end(`${code}\0${out}\0${err}\0`);
}
