import type { Build } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import type { ExchangeGrant, ExchangeRequest } from '#core/exchange.ts';
import { attemptTag, callbackToken, eventKey, exchangeToken, safeEqual } from '#core/ids.ts';
import { TOPICS } from '#core/messages.ts';
import type { Bus, Clock, CloudBuilds, GitHost, IdentityVerifier, SecretStore, Store } from '#core/ports.ts';
import { type Provisioned, whyNotProvisioned } from '#core/provisioned.ts';
import { pathIn, prefixOf } from '#core/registry-areas.ts';
import { type Repository, secretId, secretNames } from '#core/repository.ts';
import type { Secret } from '#core/secret.ts';
import { accessOf } from './host-access.ts';
import { runEffects } from './run-effects.ts';

export interface ExchangeDeps {
  readonly store: Pick<Store, 'builds' | 'repositories'>;
  readonly bus: Bus;
  readonly cloudBuilds: CloudBuilds;
  readonly secrets: SecretStore;
  readonly identity: IdentityVerifier;
  readonly hosts: Readonly<Record<Repository['platform'], GitHost>>;
  readonly now: Clock;
  readonly exchangeKey: Secret;
  /** The accounts that builds run as: those of the repository's own code, and those of forks. */
  readonly builderAccounts: { readonly trusted: string; readonly forks: string };
  /** Where callbacks go: the address before `/v1/builds/`. */
  readonly callbackUrl: string;
  /** The areas (`RegistryArea`) in which images and caches lie. */
  readonly registry: { readonly staging: string; readonly cache: string };
  readonly provisioned: Provisioned;
  /**
   * The credential with which a builder writes to its team's staging and nowhere else; one that builds what may be
   * trusted, to the team's cache too.
   */
  readonly registryCredential: (
    prefix: string,
    trusted: boolean,
  ) => Promise<{ username: string; password: Secret } | null>;
  readonly limits: ExchangeGrant['limits'];
  /** Told of an effect that could not be done now. */
  readonly onLeftOver: (error: unknown) => void;
}

/**
 * Redeems a builder's token: binds its Cloud Build to the build, in a transaction, and hands out all that the
 * build needs. The bound Cloud Build may ask again (a lost answer, a retried step); any other is refused with
 * 409, also when the build was cancelled meanwhile.
 *
 * @returns the grant; its secrets are plain, since it is written to the connection and nowhere else.
 */
export async function exchange(
  deps: ExchangeDeps,
  identityToken: string,
  request: ExchangeRequest,
): Promise<ExchangeGrant> {
  const { builderAccounts: accounts } = deps;
  const account = (await deps.identity.verify(identityToken))?.email;
  if (account !== accounts.trusted && account !== accounts.forks) {
    throw new UserError('unauthenticated', 'the identity token is not one of a builder');
  }
  if (!safeEqual(request.token, exchangeToken(deps.exchangeKey, request.build_id, request.attempt))) {
    throw new UserError('unauthenticated', 'the exchange token does not belong to this build and attempt');
  }
  const asked = await deps.store.builds.get(request.build_id);
  // The code of a fork has seen its account's token, and may have kept it: no build of the repository's own begins with it.
  if (asked && account !== (asked.trusted ? accounts.trusted : accounts.forks)) {
    throw new UserError(
      'unauthenticated',
      'the identity token is not of the account that this build runs as',
    );
  }
  const { attempt, cloud_build_id } = request;
  const event = { type: 'exchanged', at: deps.now(), attempt, cloud_build_id } as const;
  const { outcome, build } = await deps.store.builds.apply(request.build_id, event);
  if (outcome.kind === 'illegal') throw new UserError('conflict', outcome.why);
  // The rightful builder does not wait for the end of a double: what fails here is owed still, and sweep's to do.
  await runEffects(deps, build).catch(deps.onLeftOver);
  return grant(deps, build);
}

async function grant(deps: ExchangeDeps, build: Build): Promise<ExchangeGrant> {
  const repository = await deps.store.repositories.get(build.repository_id);
  if (repository?.connection_id !== build.connection_id) return refuseDisconnected(deps, build);
  const prefix = prefixOf(build.image.name);
  const why = whyNotProvisioned(deps.provisioned, prefix);
  if (why !== null) return refuseUnprovisioned(deps, build, why);
  const [clone, registry, secrets] = await Promise.all([
    deps.hosts[repository.platform].cloneCredential(await accessOf(deps.secrets, repository)),
    deps.registryCredential(prefix, build.trusted),
    // A fork's code must not see them, whoever approved it.
    build.trusted ? secretsOf(deps, repository) : {},
  ]);
  const cache = pathIn(deps.registry.cache, build.image.name);
  return {
    version: 1,
    build: {
      id: build.id,
      attempt: build.attempt,
      repository: build.repository,
      ref: build.ref,
      commit_sha: build.commit_sha,
      root_directory: build.root_directory,
      builder_type: build.requested_builder,
      trusted: build.trusted,
      timeout_s: build.timeout_s,
      config: build.config,
    },
    clone: { url: repository.clone_url, credential: plain(clone) },
    registry: {
      staging: pathIn(deps.registry.staging, build.image.name),
      staging_tag: attemptTag(build.id, build.attempt),
      cache_from: build.config.cache === 'on' ? [cache] : [],
      // What a fork's steps made, no other build may take for its own.
      cache_to: build.trusted && build.config.cache !== 'off' ? cache : null,
      credential: plain(registry),
    },
    secrets,
    event_key: eventKey(deps.exchangeKey, build.id, build.attempt),
    topics: { events: TOPICS.buildEvents, logs: TOPICS.buildLogs },
    callback: {
      url: `${deps.callbackUrl}/v1/builds/${build.id}/callback`,
      token: callbackToken(deps.exchangeKey, build.id, build.attempt),
    },
    limits: deps.limits,
  };
}

/**
 * The repository was disconnected, and may be connected anew, by another team too: the build was created for a
 * connection that is over, gets nothing of a later one, and ends here.
 */
async function refuseDisconnected(deps: ExchangeDeps, { id }: Build): Promise<never> {
  const { build } = await deps.store.builds.apply(id, { type: 'disconnected', at: deps.now() });
  await runEffects(deps, build).catch(deps.onLeftOver);
  throw new UserError('conflict', 'the repository is no longer connected');
}

/**
 * The team's registries went, or came and are not known here yet, after the build was created. Other functions refuse
 * such a build before it is one; this is what holds.
 */
async function refuseUnprovisioned(deps: ExchangeDeps, build: Build, message: string): Promise<never> {
  const code = 'team_not_provisioned';
  const event = { type: 'grant_refused', at: deps.now(), attempt: build.attempt, code, message } as const;
  const { build: ended } = await deps.store.builds.apply(build.id, event);
  await runEffects(deps, ended).catch(deps.onLeftOver);
  throw new UserError(code, message);
}

async function secretsOf(deps: ExchangeDeps, repository: Repository): Promise<Record<string, string>> {
  const entries = await Promise.all(
    secretNames(repository).map(async (name) => {
      const value = await deps.secrets.get(secretId(repository.connection_id, name));
      return value === null ? [] : [[name, value.reveal()] as const];
    }),
  );
  return Object.fromEntries(entries.flat());
}

function plain(credential: { username: string; password: Secret } | null) {
  return credential && { username: credential.username, password: credential.password.reveal() };
}
