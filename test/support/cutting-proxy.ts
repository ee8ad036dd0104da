import { connect, createServer } from 'node:net';
import { freeAddresses, portOf } from '#local/ports.ts';

/** A TCP proxy whose connections break after so many bytes of answers. */
export interface CuttingProxy {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** How many connections were cut. */
  cuts(): number;
  close(): Promise<void>;
}

/** @param target `http://host:port`. */
export async function cuttingProxy(target: string, afterBytes: number): Promise<CuttingProxy> {
  const { hostname: host, port } = new URL(target);
  const [address = ''] = await freeAddresses(1);
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect({ host, port: Number(port) });
    let left = afterBytes;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => {
      const passed = bytes.subarray(0, left);
      left -= passed.length;
      if (passed.length === bytes.length) return void client.write(passed);
      cuts += 1;
      client.write(passed, end);
    });
  });
  await new Promise<void>((resolve) => server.listen(portOf(address), '127.0.0.1', resolve));
  return {
    url: `http://${address}`,
    cuts: () => cuts,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
