import { execa } from 'execa';
import { describe, expect, inject, test } from 'vitest';
import { type ApiBuild, StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { imageConfig } from '#test/support/image-config.ts';
import { ended, type TestRepository, testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);

/** Everything that a Dockerfile, a shell or an option list would take apart. */
const DIFFICULT = 'hello, "you"\nand $HOME=1 \\ `x` \'y\'';

async function buildWith(repository: TestRepository, build_config: object) {
  const { id } = await client.create({ repository_id: repository.id, branch: 'main', build_config });
  const { build, log } = await ended(client, id);
  expect(build, log).toMatchObject({ status: 'succeeded' });
  return { log, image: await imageOf(build) };
}

function imageOf({ image }: ApiBuild) {
  const path = image?.reference.replace(/@.*/, '') ?? '';
  return imageConfig(path, image?.platforms[0]?.manifest_digest ?? '');
}

describe('the environment and build arguments of a build', () => {
  test('of a Dockerfile: the image has the one, its commands have the others', async () => {
    const repository = await testRepository(info, {
      files: {
        Dockerfile: [
          'FROM debian:bookworm-slim AS app',
          'ARG MODE=none',
          'ARG LEVEL=none',
          'ENV GREETING=mine',
          'COPY . /app/',
          'RUN echo "mode=$MODE level=$LEVEL greeting=$GREETING other=${OTHER:-unseen}" && ls /app',
          'FROM app AS later',
          'RUN echo this stage is not built && exit 1',
        ].join('\n'),
        'bitflow.toml': '[dockerfile]\ntarget = "APP"\nargs = { MODE = "theirs", LEVEL = "theirs" }\n',
        'Dockerfile.dockerignore': 'left-out\n',
        'left-out': '',
      },
    });
    await repository.push();

    const environment = { GREETING: DIFFICULT, OTHER: '' };
    const { log, image } = await buildWith(repository, { environment, build_args: { MODE: 'a,b = c' } });

    expect(log).toContain('mode=a,b = c level=theirs greeting=mine other=unseen');
    expect(log).not.toMatch(/^left-out$/m);
    expect(image.environment).toMatchObject(environment);
    expect(image.environment).not.toHaveProperty('MODE');
  });

  test('of nixpacks: a build argument also steers the plan, and hides no variable from the image', async () => {
    const scripts = { build: 'node build.js', start: 'node build.js' };
    const repository = await testRepository(info, {
      files: {
        'package.json': JSON.stringify({ name: 'app', version: '1.0.0', scripts }),
        'build.js': `
          const { MODE, GREETING = 'unseen', NODE_ENV, EMPTY } = process.env;
          console.log(JSON.stringify({ MODE, GREETING, NODE_ENV, EMPTY }));`,
      },
    });
    await repository.push();

    const build_args = {
      MODE: DIFFICULT,
      EMPTY: '',
      NODE_ENV: 'development',
      NIXPACKS_BUILD_CMD: 'echo planned anew && npm run build',
    };
    const { log, image } = await buildWith(repository, { environment: { GREETING: DIFFICULT }, build_args });

    expect(log).toContain('planned anew');
    const seen = { MODE: DIFFICULT, GREETING: 'unseen', NODE_ENV: 'development', EMPTY: '' };
    expect(log).toContain(JSON.stringify(seen));
    expect(image.environment).toMatchObject({ GREETING: DIFFICULT, NODE_ENV: 'production' });
    for (const name of ['MODE', 'EMPTY', 'NIXPACKS_BUILD_CMD'])
      expect(image.environment).not.toHaveProperty(name);
  });

  test('with the name of a build secret they are refused', async () => {
    const repository = await testRepository(info, { files: { Dockerfile: 'FROM debian:bookworm-slim\n' } });
    await repository.push();
    const secret = `/v1/repositories/${repository.id}/secrets/API_KEY`;
    expect((await client.request('PUT', secret, { value: 'a-secret-value' })).status).toBe(204);
    const build_config = { environment: { API_KEY: 'x' } };
    const body = { repository_id: repository.id, branch: 'main', build_config };
    expect(await client.request('POST', '/v1/builds', body)).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'build_config.environment.API_KEY' }] },
    });
  });
});

describe('the cache mode of a build', () => {
  const CACHED = /RUN head .*: cached/;
  const forget = async () => {
    const { buildctl } = await readMachine();
    await execa(buildctl, ['--addr', info.buildkitHost, 'prune', '--all']);
  };

  test('off reads and writes nothing; refresh writes what the next build reads', async () => {
    const Dockerfile = 'FROM debian:bookworm-slim\nRUN head -c 64 /dev/urandom > /random\n';
    const repository = await testRepository(info, { files: { Dockerfile } });
    await repository.push();
    const layerOf = async (cache: string) => {
      const { image, log } = await buildWith(repository, { cache });
      return { layer: image.layers.at(-1), isCached: CACHED.test(log) };
    };

    const first = await layerOf('on');
    expect(await layerOf('on')).toEqual({ layer: first.layer, isCached: true });
    const off = await layerOf('off');
    expect(off).toEqual({ layer: expect.not.stringMatching(first.layer ?? ''), isCached: false });
    await forget();
    expect(await layerOf('on')).toEqual({ layer: first.layer, isCached: true });
    const refreshed = await layerOf('refresh');
    expect(refreshed.isCached).toBe(false);
    expect([first.layer, off.layer]).not.toContain(refreshed.layer);
    await forget();
    expect(await layerOf('on')).toEqual({ layer: refreshed.layer, isCached: true });
  });

  test('off builds anew once, and pushes what was looked through for secrets', async () => {
    const Dockerfile = [
      'FROM debian:bookworm-slim',
      'RUN --mount=type=secret,id=API_KEY,env=API_KEY head -c 64 /dev/urandom > /random',
    ].join('\n');
    const repository = await testRepository(info, { files: { Dockerfile } });
    await repository.push();
    const secret = `/v1/repositories/${repository.id}/secrets/API_KEY`;
    expect((await client.request('PUT', secret, { value: 'k3y-9d8f7a6b5c' })).status).toBe(204);
    const first = await buildWith(repository, { cache: 'on' });
    const second = await buildWith(repository, { cache: 'off' });
    expect(second.image.layers.at(-1)).not.toBe(first.image.layers.at(-1));
  });
});
