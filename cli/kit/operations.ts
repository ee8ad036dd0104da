import type { z } from 'zod';
import { AuditList } from '#core/api/audit-log.ts';
import { BuildBody } from '#core/api/build-body.ts';
import {
  BuilderTypeList,
  BuildList,
  BuildListQuery,
  BuildView,
  LogQuery,
  LogView,
  RetryBody,
} from '#core/api/builds.ts';
import { PageQuery } from '#core/api/common.ts';
import { DeadLetterList, DeadLetterView } from '#core/api/dead-letters.ts';
import { DeliveryView } from '#core/api/deliveries.ts';
import { DeviceCodeBody, DeviceCodeView, DeviceTokenBody, DeviceTokenView } from '#core/api/device.ts';
import { ImageList, ImagePageQuery, ImageQuery, ImageTagView, ImageView, TagBody } from '#core/api/images.ts';
import { MeView, SignedOutView } from '#core/api/me.ts';
import { PlannedView } from '#core/api/plan.ts';
import { QueueStatsView } from '#core/api/queue.ts';
import { CredentialBody, RegistryBody, RegistryList, RegistryView } from '#core/api/registries.ts';
import {
  ConnectedView,
  RepositoryBody,
  RepositoryList,
  RepositoryPatch,
  RepositoryView,
  RotateBody,
  RotatedView,
  SecretBody,
  SecretList,
  VariablesBody,
  VariablesPatchBody,
  VariablesView,
} from '#core/api/repositories.ts';
import {
  LimitsBody,
  MemberBody,
  MemberList,
  MemberView,
  TeamBody,
  TeamChange,
  TeamList,
  TeamView,
} from '#core/api/teams.ts';
import { NewTokenView, TokenBody, TokenList, TokenView } from '#core/api/tokens.ts';

/** An operation of the API: what is sent, and what comes back. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{name}` for each parameter. */
  readonly path: string;
  /** What may stand in the address after the `?`; null: nothing. */
  readonly query: z.ZodType | null;
  /** The body; null: none is sent. */
  readonly body: z.ZodType | null;
  /** The answer; null: it has no content. */
  readonly answer: z.ZodType | null;
  /** Whether it takes an `Idempotency-Key`, and so may be sent twice although it makes something. */
  readonly keyed?: boolean;
}

/** Each operation of the API that a person's command needs, by its `operationId`. A test holds it against the API's own document. */
export const OPERATIONS = {
  'device.code': {
    method: 'POST',
    path: '/v1/device/code',
    query: null,
    body: DeviceCodeBody,
    answer: DeviceCodeView,
  },
  'device.token': {
    method: 'POST',
    path: '/v1/device/token',
    query: null,
    body: DeviceTokenBody,
    answer: DeviceTokenView,
  },
  'me.get': { method: 'GET', path: '/v1/me', query: null, body: null, answer: MeView },
  'me.sign_out': {
    method: 'POST',
    path: '/v1/me/sign-out',
    query: null,
    body: null,
    answer: SignedOutView,
  },

  'builds.list': { method: 'GET', path: '/v1/builds', query: BuildListQuery, body: null, answer: BuildList },
  'builds.create': {
    method: 'POST',
    path: '/v1/builds',
    query: null,
    body: BuildBody,
    answer: BuildView,
    keyed: true,
  },
  'builds.plan': {
    method: 'POST',
    path: '/v1/builds/plan',
    query: null,
    body: BuildBody,
    answer: PlannedView,
  },
  'builds.builder_types': {
    method: 'GET',
    path: '/v1/builds/builder-types',
    query: null,
    body: null,
    answer: BuilderTypeList,
  },
  'builds.queue_stats': {
    method: 'GET',
    path: '/v1/builds/queue/stats',
    query: null,
    body: null,
    answer: QueueStatsView,
  },
  'builds.get': { method: 'GET', path: '/v1/builds/{id}', query: null, body: null, answer: BuildView },
  'builds.logs': {
    method: 'GET',
    path: '/v1/builds/{id}/logs',
    query: LogQuery,
    body: null,
    answer: LogView,
  },
  'builds.cancel': {
    method: 'POST',
    path: '/v1/builds/{id}/cancel',
    query: null,
    body: null,
    answer: BuildView,
  },
  'builds.retry': {
    method: 'POST',
    path: '/v1/builds/{id}/retry',
    query: null,
    body: RetryBody,
    answer: BuildView,
    keyed: true,
  },

  'repositories.connect': {
    method: 'POST',
    path: '/v1/repositories',
    query: null,
    body: RepositoryBody,
    answer: ConnectedView,
  },
  'repositories.list': {
    method: 'GET',
    path: '/v1/repositories',
    query: PageQuery,
    body: null,
    answer: RepositoryList,
  },
  'repositories.get': {
    method: 'GET',
    path: '/v1/repositories/{id}',
    query: null,
    body: null,
    answer: RepositoryView,
  },
  'repositories.change': {
    method: 'PATCH',
    path: '/v1/repositories/{id}',
    query: null,
    body: RepositoryPatch,
    answer: RepositoryView,
  },
  'repositories.disconnect': {
    method: 'DELETE',
    path: '/v1/repositories/{id}',
    query: null,
    body: null,
    answer: null,
  },
  'repositories.variables.get': {
    method: 'GET',
    path: '/v1/repositories/{id}/variables',
    query: null,
    body: null,
    answer: VariablesView,
  },
  'repositories.variables.replace': {
    method: 'PUT',
    path: '/v1/repositories/{id}/variables',
    query: null,
    body: VariablesBody,
    answer: VariablesView,
  },
  'repositories.variables.change': {
    method: 'PATCH',
    path: '/v1/repositories/{id}/variables',
    query: null,
    body: VariablesPatchBody,
    answer: VariablesView,
  },
  'repositories.secrets.list': {
    method: 'GET',
    path: '/v1/repositories/{id}/secrets',
    query: null,
    body: null,
    answer: SecretList,
  },
  'repositories.secrets.set': {
    method: 'PUT',
    path: '/v1/repositories/{id}/secrets/{name}',
    query: null,
    body: SecretBody,
    answer: null,
  },
  'repositories.secrets.remove': {
    method: 'DELETE',
    path: '/v1/repositories/{id}/secrets/{name}',
    query: null,
    body: null,
    answer: null,
  },
  'repositories.webhook_secret.rotate': {
    method: 'POST',
    path: '/v1/repositories/{id}/webhook-secret/rotate',
    query: null,
    body: RotateBody,
    answer: RotatedView,
  },

  'images.list': {
    method: 'GET',
    path: '/v1/repositories/{id}/images',
    query: ImagePageQuery,
    body: null,
    answer: ImageList,
  },
  'images.get': {
    method: 'GET',
    path: '/v1/repositories/{id}/images/{digest}',
    query: ImageQuery,
    body: null,
    answer: ImageView,
  },
  'images.delete': {
    method: 'DELETE',
    path: '/v1/repositories/{id}/images/{digest}',
    query: ImageQuery,
    body: null,
    answer: null,
  },
  'images.tags.set': {
    method: 'PUT',
    path: '/v1/repositories/{id}/images/tags/{tag}',
    query: ImageQuery,
    body: TagBody,
    answer: ImageTagView,
  },
  'images.tags.delete': {
    method: 'DELETE',
    path: '/v1/repositories/{id}/images/tags/{tag}',
    query: ImageQuery,
    body: null,
    answer: null,
  },

  'registries.connect': {
    method: 'POST',
    path: '/v1/registries',
    query: null,
    body: RegistryBody,
    answer: RegistryView,
  },
  'registries.list': { method: 'GET', path: '/v1/registries', query: null, body: null, answer: RegistryList },
  'registries.get': {
    method: 'GET',
    path: '/v1/registries/{id}',
    query: null,
    body: null,
    answer: RegistryView,
  },
  'registries.credential.set': {
    method: 'PUT',
    path: '/v1/registries/{id}/credential',
    query: null,
    body: CredentialBody,
    answer: null,
  },
  'registries.disconnect': {
    method: 'DELETE',
    path: '/v1/registries/{id}',
    query: null,
    body: null,
    answer: null,
  },

  'teams.create': { method: 'POST', path: '/v1/teams', query: null, body: TeamBody, answer: TeamView },
  'teams.list': { method: 'GET', path: '/v1/teams', query: PageQuery, body: null, answer: TeamList },
  'teams.get': { method: 'GET', path: '/v1/teams/{id}', query: null, body: null, answer: TeamView },
  'teams.change': {
    method: 'PATCH',
    path: '/v1/teams/{id}',
    query: null,
    body: TeamChange,
    answer: TeamView,
  },
  'teams.limits.set': {
    method: 'PUT',
    path: '/v1/teams/{id}/limits',
    query: null,
    body: LimitsBody,
    answer: TeamView,
  },
  'teams.members.list': {
    method: 'GET',
    path: '/v1/teams/{id}/members',
    query: PageQuery,
    body: null,
    answer: MemberList,
  },
  'teams.members.set': {
    method: 'PUT',
    path: '/v1/teams/{id}/members/{email}',
    query: null,
    body: MemberBody,
    answer: MemberView,
  },
  'teams.members.remove': {
    method: 'DELETE',
    path: '/v1/teams/{id}/members/{email}',
    query: null,
    body: null,
    answer: null,
  },

  'tokens.create': { method: 'POST', path: '/v1/tokens', query: null, body: TokenBody, answer: NewTokenView },
  'tokens.list': { method: 'GET', path: '/v1/tokens', query: PageQuery, body: null, answer: TokenList },
  'tokens.get': { method: 'GET', path: '/v1/tokens/{id}', query: null, body: null, answer: TokenView },
  'tokens.revoke': { method: 'DELETE', path: '/v1/tokens/{id}', query: null, body: null, answer: null },

  'audit_log.list': { method: 'GET', path: '/v1/audit-log', query: PageQuery, body: null, answer: AuditList },
  'deliveries.get': {
    method: 'GET',
    path: '/v1/deliveries/{id}',
    query: null,
    body: null,
    answer: DeliveryView,
  },
  'dead_letters.list': {
    method: 'GET',
    path: '/v1/dead-letters',
    query: PageQuery,
    body: null,
    answer: DeadLetterList,
  },
  'dead_letters.replay': {
    method: 'POST',
    path: '/v1/dead-letters/{id}/replay',
    query: null,
    body: null,
    answer: DeadLetterView,
  },
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof OPERATIONS;

type Of<Id extends OperationId> = (typeof OPERATIONS)[Id];
type Input<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** The parameters of an operation's path, by name. */
export type Params<Id extends OperationId> = Readonly<Record<Names<Of<Id>['path']>, string>>;
/** What is sent with an operation, besides the parameters of its path. */
export type Query<Id extends OperationId> = Partial<Input<Of<Id>['query']>>;
export type Body<Id extends OperationId> = Input<Of<Id>['body']>;
/** What an operation answers. */
export type Answer<Id extends OperationId> = Of<Id>['answer'] extends z.ZodType
  ? z.output<Of<Id>['answer']>
  : null;
