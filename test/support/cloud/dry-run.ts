import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import { ROOT } from '#local/root.ts';
import { Tools } from '#ops/cloud/tools.ts';
import { deploy } from '#ops/deploy/deploy.ts';
import { parseOptions } from '#ops/deploy/options.ts';
import { destroy } from '#ops/destroy/destroy.ts';
import { gcloudOf } from './gcloud.ts';
import { emptyProject, type Project } from './project.ts';
import { startStandIns, type ToolAnswer, type ToolCall } from './stand-ins.ts';
import { terraformOf } from './terraform.ts';

export const TFVARS = `
project    = "acme-builds"
region     = "europe-west1"
teams      = { acme = {} }
first_team = { id = "acme", name = "Acme", admin = "ann@example.com" }
`;

/** What a test says in place of the stand-ins, for a call; undefined: they answer. */
type Instead = (call: ToolCall, tools: Tools) => ToolAnswer | undefined | Promise<ToolAnswer | undefined>;

/** What Terraform said of the values, by what it was given: reading the same file again takes no second. */
const readings = new Map<string, string>();

/**
 * A checkout's `npm run deploy` on a project that only the stand-ins know. The values are read by the real Terraform
 * from the real variables.tf; bundling, Firestore and waiting are left out.
 */
export class DryRun {
  readonly dir: string;
  readonly project: Project = emptyProject();
  readonly calls: ToolCall[] = [];
  readonly said: string[] = [];
  readonly asked: string[] = [];
  readonly slept: number[] = [];
  readonly teams: string[] = [];
  readonly signIns: unknown[] = [];
  answers: (question: string) => string = () => 'y';
  instead: Instead = () => undefined;
  statusOf: (url: string) => number = () => 200;
  urls = { webhook_url: 'https://webhooks.example.com', api_url: 'https://api.example.com' };
  #env: Record<string, string> = {};
  #stop: () => Promise<unknown> = async () => undefined;
  #tools: Tools | undefined;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async start(tfvars = TFVARS): Promise<DryRun> {
    const run = new DryRun(await mkdtemp(join(tmpdir(), 'bitflow-dry-run-')));
    for (const path of ['terraform', 'firestore.indexes.json'])
      await cp(join(ROOT, path), join(run.dir, path), { recursive: true });
    await run.set(tfvars);
    const { env, stop } = await startStandIns(join(run.dir, 'bin'), ['gcloud', 'terraform'], (call) =>
      run.#answer(call),
    );
    run.#env = { ...env, HOME: run.dir };
    run.#stop = stop;
    return run;
  }

  set(tfvars: string): Promise<void> {
    return writeFile(join(this.dir, 'prod.tfvars'), tfvars);
  }

  async stop(): Promise<void> {
    await this.#stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Runs the program. Throws what it throws. */
  deploy(...flags: string[]) {
    return this.#world().then((world) => deploy(this.#options('deploy', flags), world));
  }

  destroy(...flags: string[]) {
    return this.#world().then((world) => destroy(this.#options('destroy', flags), world));
  }

  /** The calls that change something in the project, as one line each. */
  changes(): string[] {
    return this.calls.filter(isChange).map((call) => this.line(call));
  }

  /** The same, with all that Terraform was told. */
  effects(): string[] {
    return this.calls
      .filter((call) => call.tool === 'terraform' || isChange(call))
      .map((call) => this.line(call));
  }

  /** A call as one line, the same in each run. */
  line({ tool, args }: ToolCall): string {
    return [tool, ...args].join(' ').replaceAll(this.dir, 'DIR');
  }

  /** What of the tools' own output was shown. */
  shown(): Promise<string> {
    return readFile(join(this.dir, 'shown.log'), 'utf8');
  }

  /** Takes a tool off the PATH. */
  remove(tool: string): Promise<void> {
    return rm(join(this.dir, 'bin', tool));
  }

  #options(command: string, flags: readonly string[]) {
    const options = parseOptions(['--var-file', 'prod.tfvars', ...flags], command, this.dir);
    if (options === null) throw new Error('no options');
    return options;
  }

  async #world() {
    const live = createWriteStream(join(this.dir, 'shown.log'), { flags: 'a' });
    await once(live, 'open');
    this.#tools = new Tools({ env: this.#env, live });
    const outside = {
      say: (line: string) => void this.said.push(line),
      ask: async (question: string) => {
        this.asked.push(question);
        return this.answers(question);
      },
      sleep: async (ms: number) => void this.slept.push(ms),
      fetch: async (url: string) => ({ status: this.statusOf(url) }),
      bundle: async () => {
        const folder = join(this.dir, 'dist/deploy');
        await mkdir(folder, { recursive: true });
        return { folder, builder_image_tag: 'feedc0defeedc0de' };
      },
      signIn: async (_: string, wanted: unknown) => {
        this.signIns.push(wanted);
        return [];
      },
      firstTeam: async (_: string, { id }: { id: string }) => {
        if (this.teams.length > 0) return false;
        this.teams.push(id);
        return true;
      },
    };
    return { root: this.dir, tools: this.#tools, outside };
  }

  async #answer(call: ToolCall): Promise<ToolAnswer> {
    if (isReading(call)) return this.#read(call);
    this.calls.push(call);
    if (this.#tools) {
      const instead = await this.instead(call, this.#tools);
      if (instead !== undefined) return instead;
    }
    if (call.tool === 'gcloud') return gcloudOf(this.project, call);
    return terraformOf(this.project, call, this.urls);
  }

  async #read(call: ToolCall): Promise<ToolAnswer> {
    const key = createHash('sha256')
      .update(await readFile(join(this.dir, 'prod.tfvars'), 'utf8'))
      .update(call.args[1] ?? '')
      .digest('hex');
    const known = readings.get(key);
    if (known !== undefined) return JSON.parse(known);
    const { command } = inject('terraform');
    const { stdout, stderr, exitCode } = await execa(command, [...call.args], {
      env: call.env,
      reject: false,
    });
    const answer = { code: exitCode ?? 1, out: stdout, err: stderr };
    readings.set(key, JSON.stringify(answer));
    return answer;
  }
}

/** Terraform in the folder that has nothing but variables.tf. */
const isReading = ({ args }: ToolCall) => args[0]?.includes('bitflow-values-') === true;

/** Whether a call changes anything in the project. Terraform's init and plan write on this machine only. */
export function isChange({ tool, args }: ToolCall): boolean {
  if (tool === 'terraform') return args.includes('apply');
  return args.some((arg) => /^(enable|create|update|add|submit|delete|set|remove)(-|$)/.test(arg));
}
