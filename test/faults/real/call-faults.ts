import type { CallFault } from '../schedule.ts';
import type { Answer, Call } from './gate.ts';
import { GRPC, status } from './grpc-gate.ts';
import type { Run } from './run.ts';

const METHODS: Readonly<Record<string, string>> = {
  Commit: 'store.write',
  BatchGetDocuments: 'store.read',
  RunQuery: 'store.read',
  Publish: 'bus.publish',
  CreateBuild: 'cloudBuilds.create',
  GetBuild: 'cloudBuilds.get',
  ListBuilds: 'cloudBuilds.ofAttempt',
  CancelBuild: 'cloudBuilds.cancel',
};

/** The port's method that a gRPC call comes from, as far as can be told from outside. */
export function grpcPort(call: Call): string {
  const method = call.path.slice(call.path.lastIndexOf('/') + 1);
  return METHODS[method] ?? `other.${method}`;
}

const MANIFEST = /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/?]+)$/;

/** A manifest that is put, by repository and reference; null for any other call of a registry. */
export function manifestOf(call: Call): { readonly name: string; readonly reference: string } | null {
  const groups = call.method === 'PUT' ? MANIFEST.exec(call.path)?.groups : undefined;
  return groups ? { name: groups.name ?? '', reference: groups.reference ?? '' } : null;
}

/** The same for a call of a registry. */
export function registryPort(call: Call): string {
  if (call.method === 'GET' || call.method === 'HEAD') return 'registry.read';
  return manifestOf(call)?.reference.startsWith('sha256:') === false ? 'registry.putTag' : 'registry.copy';
}

/** Lets a call meet what the schedule has in store for it. @param die ends the process that called. */
export async function meet(
  run: Run,
  by: string,
  port: string,
  forward: () => Promise<Answer>,
  die: () => Promise<void>,
): Promise<Answer | null> {
  const nth = run.nth(`${by} ${port}`);
  const fault = run.callFault(by, port, nth);
  if (fault === null) return forward();
  run.note(by, `${port} #${nth}`, `${fault.fate} (${fault.ms} ms)`);
  return suffer(run, { by, port, nth, ...fault }, forward, die);
}

async function suffer(
  run: Run,
  { by, port, nth, fate, ms }: Pick<CallFault, 'port' | 'nth' | 'fate' | 'ms'> & { readonly by: string },
  forward: () => Promise<Answer>,
  die: () => Promise<void>,
): Promise<Answer | null> {
  const what = `${by} ${port}`;
  // Clients try UNAVAILABLE again by themselves; DEADLINE_EXCEEDED mostly comes through to the function.
  const isGrpc = by !== 'builder' && !port.startsWith('registry');
  const error = isGrpc && nth % 2 === 1 ? status(GRPC.deadlineExceeded) : null;
  switch (fate) {
    case 'error_before':
      return error;
    case 'error_after':
      await forward();
      return error;
    case 'effect_late':
      run.later(ms, `the late effect of ${what}`, forward);
      return error;
    case 'death_before':
      run.track(`the death of ${by}`, die());
      return null;
    case 'death_after':
      await forward();
      run.track(`the death of ${by}`, die());
      return null;
    case 'stall_before':
      await run.wait(ms);
      return forward();
    case 'stall_after': {
      const answer = await forward();
      await run.wait(ms);
      return answer;
    }
    case 'twice': {
      const answer = forward();
      run.track(`the double of ${what}`, forward());
      return answer;
    }
    case 'refused':
      return port === 'cloudBuilds.create' ? status(GRPC.failedPrecondition) : error;
  }
}
