import { describe, expect, it } from 'vitest';
import { readBitflowToml } from '#core/bitflow-toml.ts';

const mistakes = (text: string, place: 'top' | 'below' = 'top') => {
  const read = readBitflowToml(text, place);
  return 'mistakes' in read ? read.mistakes : JSON.stringify(read);
};

const MONOREPO = `
builder = "nixpacks"

[rules]
branches = ["main", "release/**"]
pull_requests = true
concurrency = "wait"
image_tags = { branch = ["{branch}-{sha7}", "latest"] }

[[images]]
name = "api"
root = "services/api"
dockerfile = "deploy/Dockerfile"
target = "prod"

[[images]]
name = "web"
paths = ["web/**", "!web/docs/**"]

[[schedules]]
cron = "0 3 * * *"
timezone = "Asia/Shanghai"
`;

describe('a bitflow.toml', () => {
  it('says what builders read, and what a push means', () => {
    expect(readBitflowToml(MONOREPO, 'top')).toEqual({
      settings: { builder: 'nixpacks', nixpacks: {}, dockerfile: { path: 'Dockerfile', args: {} } },
      rules: {
        branches: ['main', 'release/**'],
        pull_requests: true,
        concurrency: 'wait',
        image_tags: { branch: ['{branch}-{sha7}', 'latest'] },
        images: [
          { name: 'api', root: 'services/api', dockerfile: 'deploy/Dockerfile', target: 'prod' },
          { name: 'web', root: '.', paths: ['web/**', '!web/docs/**'] },
        ],
        schedules: [{ cron: '0 3 * * *', timezone: 'Asia/Shanghai', cache: 'on' }],
      },
    });
  });

  it('that is empty says nothing', () => {
    expect(readBitflowToml('', 'top')).toMatchObject({ rules: {} });
    expect(readBitflowToml('', 'below')).toMatchObject({ rules: {} });
  });

  it.each([
    ['a = 1\nbad [', 'cannot be read (line 2)'],
    ['a = 1\na = 2', 'cannot be read (line 2)'],
    ['\ncolour = 1', 'line 2, the file: Unrecognized key: "colour"'],
    ['[rules]\n\nbranchs = ["x"]', 'line 3, rules: Unrecognized key: "branchs"'],
    ['[rules]\npull_requests = "yes"', 'line 2, rules.pull_requests: '],
    ['rules.concurrency = "soon"', 'line 1, rules.concurrency: '],
    ['[rules]\nbranches = [\n  "a",\n  1,\n]', 'line 2, rules.branches.1: '],
    ['[rules.image_tags]\ntag = ["{branch}"]', 'line 2, rules.image_tags.tag.0: {branch} is no field here'],
    [`${MONOREPO}\n[[images]]\nname = "Up"`, 'line 25, images.2.name: must be lower-case'],
    [`${MONOREPO}\n[[images]]\nname = "api"`, 'images: two have one name'],
    [MONOREPO.replace('name = "api"\n', ''), 'line 10, images.0.name: '],
    [MONOREPO.replace('services/api', '../x'), 'line 12, images.0.root: must be a relative path'],
    ['[[images]]\nname = "a"\n"root" = 1', 'line 3, images.0.root: '],
    ['[nixpacks]\nbuild = """\nrules = 1\na"""\nstart = 1', 'line 5, nixpacks.start: '],
    ['[rules.images]', 'line 1, rules: Unrecognized key: "images"'],
  ])('%j is told its mistake, and where it is', (text, part) => expect(mistakes(text)).toContain(part));

  it('has rules at the top of the repository only', () => {
    const text = 'builder = "nixpacks"\n\n[rules]\n[[images]]\nname = "a"\n';
    expect(mistakes(text, 'below')).toContain('line 3, rules: belongs into the bitflow.toml at the top');
    expect(mistakes(text, 'below')).toContain('line 4, images: belongs into');
    expect(readBitflowToml('builder = "nixpacks"', 'below')).toMatchObject({
      settings: { builder: 'nixpacks' },
    });
  });

  it('names ten mistakes at most, and none at length', () => {
    const many = Array.from({ length: 500 }, (_, index) => `k${index} = 1`).join('\n');
    expect(mistakes(many).length).toBeLessThan(4_000);
    expect(
      mistakes(`[dockerfile.args]\n${'"-x" = 1\n'.replace('-x', '-'.repeat(50_000))}`).length,
    ).toBeLessThan(4_000);
  });

  it.each(['__proto__ = 1', '[__proto__]\na = 1', '[rules.__proto__]\na = 1', 'constructor = 1'])(
    '%j is a mistake like any other key',
    (text) => expect(mistakes(text)).toContain('Unrecognized key'),
  );

  it('of deep brackets is refused, not followed', () => {
    expect(mistakes(`a = ${'['.repeat(60_000)}`)).toContain('cannot be read');
  });
});

it('looks for the lines of the mistakes that it names, and no more: of eight thousand that takes a minute', () => {
  const keys = Array.from({ length: 8000 }, (_, index) => `${index}=1`).join('\n');
  expect(mistakes(`[dockerfile.args]\n${keys}`).split('; ')).toHaveLength(10);
});
