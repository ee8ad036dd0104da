import { type Pushed, readPush } from '#test/support/faulty/pushed.ts';
import type { FunctionName } from '../schedule.ts';
import { grpcPort, registryPort } from './call-faults.ts';
import type { Answer, Call, Gate } from './gate.ts';
import { grpcGate } from './grpc-gate.ts';
import { webGate } from './web-gate.ts';

/** Takes part in everything that passes a gate. */
export interface Interception {
  /** A function, or a builder, calls a port's method. */
  call(
    by: FunctionName | 'builder',
    port: string,
    call: Call,
    forward: () => Promise<Answer>,
  ): Promise<Answer | null>;
  /** Pub/Sub pushes a message. @returns whether it was taken. */
  push(pushed: Pushed, deliver: () => Promise<boolean>): Promise<boolean>;
}

type Environment = Readonly<Record<string, string>>;

const TAKEN: Answer = { status: 204, headers: {}, body: Buffer.alloc(0), trailers: {} };
const NOT_TAKEN: Answer = { ...TAKEN, status: 503 };
const ALL: readonly FunctionName[] = [
  'webhooks',
  'api',
  'intake',
  'submit',
  'exchange',
  'record',
  'logs',
  'sweep',
];

/** The gates of a stack: between each function and what it calls, before its pushes, and around builders. */
export class Gates {
  /** Who decides now; without one, everything passes. */
  interception: Interception | null = null;
  /** Another address for the next push to a function. */
  targetOf: (name: string) => string | null = () => null;
  readonly #gates: Gate[] = [];
  readonly #environments = new Map<string, Promise<Environment>>();
  #pubsub = '';
  #exchange: Promise<Gate> | null = null;
  #registry: Environment = {};

  /** The address of Pub/Sub for builders. */
  async beforeBuilders(): Promise<string> {
    const gate = await this.#web(
      'builder',
      () => this.#pubsub,
      () => 'bus.publish',
    );
    return gate.address;
  }

  /** A function's environment, in which it meets everything else behind a gate of its own. */
  before(name: string, env: Environment): Promise<Environment> {
    const made = this.#environments.get(name) ?? this.#make(name, env);
    this.#environments.set(name, made);
    return made;
  }

  async #make(name: string, env: Environment): Promise<Environment> {
    this.#pubsub = env.PUBSUB_EMULATOR_HOST ?? '';
    this.#registry = env;
    this.#exchange ??= this.#web(
      'builder',
      () => new URL(env.EXCHANGE_URL ?? '').host,
      () => 'http.exchange',
    );
    const exchange = new URL(env.EXCHANGE_URL ?? '');
    exchange.host = (await this.#exchange).address;
    const shared = { ...env, EXCHANGE_URL: exchange.href };
    const by = ALL.find((known) => known === name);
    if (by === undefined) return shared;
    const through = async (variable: string) => {
      const target = env[variable] ?? '';
      return [variable, (await this.#grpc(by, () => target)).address] as const;
    };
    const clients = ['FIRESTORE_EMULATOR_HOST', 'PUBSUB_EMULATOR_HOST', 'CLOUD_BUILD_ENDPOINT'];
    const gated = Object.fromEntries(await Promise.all(clients.map(through)));
    if (by !== 'record' && by !== 'sweep') return { ...shared, ...gated };
    const registry = env.INSECURE_REGISTRIES ?? '';
    const { address } = await this.#web(by, () => registry, registryPort);
    // the paths name the registry's host, so they name the gate's now
    const moved = (path = '') => path.replace(registry, address);
    return {
      ...shared,
      ...gated,
      INSECURE_REGISTRIES: address,
      REGISTRY_STAGING: moved(env.REGISTRY_STAGING),
      REGISTRY_RELEASE: moved(env.REGISTRY_RELEASE),
    };
  }

  /** Where a function's messages are pushed to. */
  async beforePushes(name: string, url: string): Promise<string> {
    const target = () => this.targetOf(name) ?? new URL(url).host;
    const gate = await webGate(target, async (call, forward) => {
      if (this.interception === null) return forward();
      const deliver = async () => (await forward()).status < 300;
      return (await this.interception.push(readPush(call), deliver)) ? TAKEN : NOT_TAKEN;
    });
    this.#gates.push(gate);
    return `http://${gate.address}`;
  }

  /** Who may write to the release area, and where the areas are, behind no gate. */
  registry() {
    const { REGISTRY_USERNAME: user = '', REGISTRY_PASSWORD: password = '' } = this.#registry;
    const { REGISTRY_STAGING: staging = '', REGISTRY_RELEASE: release = '' } = this.#registry;
    return { user, password, staging, release };
  }

  async close(): Promise<void> {
    await Promise.all(this.#gates.map((gate) => gate.close()));
  }

  async #grpc(by: FunctionName, target: () => string): Promise<Gate> {
    const gate = await grpcGate(target, async (call, forward) => {
      const { interception } = this;
      return interception === null ? forward() : interception.call(by, grpcPort(call), call, forward);
    });
    this.#gates.push(gate);
    return gate;
  }

  async #web(
    by: FunctionName | 'builder',
    target: () => string,
    portOf: (call: Call) => string,
  ): Promise<Gate> {
    const gate = await webGate(target, async (call, forward) => {
      const { interception } = this;
      return interception === null ? forward() : interception.call(by, portOf(call), call, forward);
    });
    this.#gates.push(gate);
    return gate;
  }
}
