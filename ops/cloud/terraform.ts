import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Change, changesOf, PlanJson } from './plan.ts';
import { Problem } from './problem.ts';
import { type Environment, ToolFailed, type Tools } from './tools.ts';

/** Where a root module is planned and applied. */
export interface Workplace {
  /** The root module's folder. */
  readonly folder: string;
  /** Where Terraform keeps what it downloads, and we the plans: one for each project, so that two don't mix. */
  readonly scratch: string;
  readonly project: string;
  readonly varFile: string;
  /** Further variables, which go before those of the file. */
  readonly variables: Readonly<Record<string, string>>;
}

const Outputs = z.record(z.string(), z.object({ value: z.unknown() }));

/** Terraform on one root module. It never asks: who approves has seen the plan, and that plan is what is applied. */
export class Terraform {
  readonly #tools: Tools;
  readonly #at: Workplace;

  constructor(tools: Tools, at: Workplace) {
    this.#tools = tools;
    this.#at = at;
  }

  async init(backend: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(this.#at.scratch, { recursive: true, mode: 0o700 });
    const config = Object.entries(backend).map(([key, value]) => `-backend-config=${key}=${value}`);
    // -reconfigure: another bucket is another environment, never one to move the state to
    await this.#show(['init', '-input=false', '-reconfigure', ...config]);
  }

  /** Plans, shown, into the file `name`. Returns what it changes. */
  async plan(
    name: string,
    {
      targets = [],
      destroy = false,
      variables = {},
    }: { targets?: readonly string[]; destroy?: boolean; variables?: Readonly<Record<string, string>> } = {},
  ): Promise<readonly Change[]> {
    const given = Object.entries({ ...this.#at.variables, ...variables });
    const options = [
      `-var-file=${this.#at.varFile}`,
      ...given.map(([key, value]) => `-var=${key}=${value}`),
      ...targets.map((target) => `-target=${target}`),
      ...(destroy ? ['-destroy'] : []),
    ];
    await this.#show(['plan', '-input=false', `-out=${this.#file(name)}`, ...options]);
    const text = await this.#read(['show', '-json', this.#file(name)]);
    return changesOf(PlanJson.parse(JSON.parse(text)));
  }

  /** Applies the plan of that name, shown: nothing else than what was planned. */
  async apply(name: string): Promise<void> {
    await this.#show(['apply', '-input=false', this.#file(name)]);
  }

  /** What the root module puts out, as the last apply left it; empty before one. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const outputs = Outputs.parse(JSON.parse(await this.#read(['output', '-json'])));
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  #file(name: string): string {
    return join(this.#at.scratch, `${name}.tfplan`);
  }

  async #show(args: readonly string[]): Promise<void> {
    try {
      await this.#tools.show('terraform', this.#args(args), { env: this.#env() });
    } catch (error) {
      throw error instanceof ToolFailed && LOCKED.test(error.output) ? locked(error) : error;
    }
  }

  #read(args: readonly string[]) {
    return this.#tools.read('terraform', this.#args(args), { env: this.#env() });
  }

  #args(args: readonly string[]) {
    return [`-chdir=${this.#at.folder}`, ...args];
  }

  #env(): Environment {
    return {
      ...TERRAFORM_ENV,
      TF_DATA_DIR: join(this.#at.scratch, 'terraform'),
      // Some of Google's APIs (Identity Platform, budgets) take a person's credentials only with a project to bill
      USER_PROJECT_OVERRIDE: 'true',
      GOOGLE_BILLING_PROJECT: this.#at.project,
    };
  }
}

export const TERRAFORM_ENV: Environment = { TF_IN_AUTOMATION: '1', TF_INPUT: '0' };

/** An environment is one file: what the shell has of Terraform's variables and arguments does not count. */
export function withoutTerraformSettings(env: Environment): Environment {
  const isSetting = (name: string) => /^TF_(VAR_|CLI_ARGS|WORKSPACE$|DATA_DIR$)/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSetting(name)));
}

const LOCKED = /Error acquiring the state lock/;

function locked(cause: ToolFailed): Problem {
  return new Problem(
    'Terraform’s state is locked: somebody else deploys, or one was killed while it did',
    'wait for the other; if there is none: terraform -chdir=terraform force-unlock ID, with the ID above',
    { cause },
  );
}
