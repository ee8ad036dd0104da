import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, inject, it } from 'vitest';
import { gatewayDocument } from '#ops/gateway/document.ts';
import { gatewayRoutes } from '#ops/gateway/routes.ts';
import { PLACEHOLDERS, template } from '#ops/gateway/template.ts';

const { command, env, dir } = inject('terraform');

/** What Terraform's `templatefile()` makes of a template. */
async function filled(text: string): Promise<unknown> {
  const folder = await mkdtemp(join(dir, 'template-'));
  await writeFile(join(folder, 'gateway.json.tftpl'), text);
  const values = `{ api_url = "https://api.example.com", callback_url = "https://callback.example.com" }`;
  const input = `base64encode(templatefile("gateway.json.tftpl", ${values}))`;
  const { stdout } = await execa(command, ['console'], { cwd: folder, env, input });
  return JSON.parse(Buffer.from(stdout.replaceAll('"', ''), 'base64').toString());
}

it('is filled by Terraform, and is the document then', async () => {
  const addresses = { api: 'https://api.example.com', callback: 'https://callback.example.com' };
  const routes = gatewayRoutes();
  expect(await filled(template(gatewayDocument(routes, PLACEHOLDERS)))).toEqual(
    gatewayDocument(routes, addresses),
  );
});

it('keeps what only looks like a template', async () => {
  const odd = {
    'a ${api_url}': '${other} %{ if true } $${x} %%{y} $$${z} "quoted" \\ $ { % {',
    b: PLACEHOLDERS.api,
  };
  expect(await filled(template(odd))).toEqual({ ...odd, b: 'https://api.example.com' });
});
