import type { Service } from './harness.ts';

type Deps = Service['deps'];
type Meddle = (call: number) => Promise<void>;

/** Methods that ask nobody. */
const SYNCHRONOUS = new Set<PropertyKey>(['cloneUrl']);

/** The ports, each call of which is numbered (from 1) and told of before it happens and after it did. */
export function watched(deps: Deps, before: Meddle, after: Meddle = async () => {}): Deps {
  let calls = 0;
  const port = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (_, key) => {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function' || SYNCHRONOUS.has(key)) return method;
        return async (...args: unknown[]) => {
          const call = ++calls;
          await before(call);
          const result = await Reflect.apply(method, target, args);
          await after(call);
          return result;
        };
      },
    });
  const store = new Proxy(deps.store, { get: (target, name) => port(Reflect.get(target, name)) });
  const { bus, cloudBuilds, secrets } = deps;
  const { github, gitlab, gitee } = deps.hosts;
  const hosts = { github: port(github), gitlab: port(gitlab), gitee: port(gitee) };
  return { ...deps, store, bus: port(bus), cloudBuilds: port(cloudBuilds), secrets: port(secrets), hosts };
}

class Death extends Error {}

/** The ports of somebody who dies right before or after their n-th call, and does nothing from then on. */
export function deathAt(
  deps: Deps,
  at: number,
  when: 'before' | 'after',
): { readonly deps: Deps; readonly died: () => boolean } {
  let isDead = false;
  const die = async (call: number) => {
    if (!isDead && call !== at) return;
    isDead = true;
    throw new Death();
  };
  const dead = async () => {
    if (isDead) throw new Death();
  };
  return { deps: when === 'before' ? watched(deps, die) : watched(deps, dead, die), died: () => isDead };
}

/** Runs `act` for each call of a port, from the first to the one after the last. @returns how many calls there were. */
export async function atEachCall(act: (call: number) => Promise<boolean>): Promise<number> {
  for (let call = 1; call < 100; call++) if (!(await act(call))) return call - 1;
  throw new Error('it never ends');
}
