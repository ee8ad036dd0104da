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
import { DeliveryDetailsView, DeliveryList, DeliveryListQuery, DeliveryView } from '#core/api/deliveries.ts';
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
  WebhookBody,
} from '#core/api/repositories.ts';
import { ScheduleList } from '#core/api/schedules.ts';
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
  /** What may stand in the address after the `?`; without it nothing. */
  readonly query?: z.ZodType;
  /** The body; without it none is sent. */
  readonly body?: z.ZodType;
  /** The answer; without it there is no content. */
  readonly answer?: z.ZodType;
  /** Whether it takes an `Idempotency-Key`, and so may be sent twice although it makes something. */
  readonly keyed?: boolean;
}

/** Each operation of the API that a person's command needs, by its `operationId`. A test holds it against the API's own document. */
export const OPERATIONS = {
  'device.code': { method: 'POST', path: '/v1/device/code', body: DeviceCodeBody, answer: DeviceCodeView },
  'device.token': {
    method: 'POST',
    path: '/v1/device/token',
    body: DeviceTokenBody,
    answer: DeviceTokenView,
  },
  'me.get': { method: 'GET', path: '/v1/me', answer: MeView },
  'me.sign_out': { method: 'POST', path: '/v1/me/sign-out', answer: SignedOutView },

  'builds.list': { method: 'GET', path: '/v1/builds', query: BuildListQuery, answer: BuildList },
  'builds.create': { method: 'POST', path: '/v1/builds', body: BuildBody, answer: BuildView, keyed: true },
  'builds.plan': { method: 'POST', path: '/v1/builds/plan', body: BuildBody, answer: PlannedView },
  'builds.builder_types': { method: 'GET', path: '/v1/builds/builder-types', answer: BuilderTypeList },
  'builds.queue_stats': { method: 'GET', path: '/v1/builds/queue/stats', answer: QueueStatsView },
  'builds.get': { method: 'GET', path: '/v1/builds/{id}', answer: BuildView },
  'builds.logs': { method: 'GET', path: '/v1/builds/{id}/logs', query: LogQuery, answer: LogView },
  'builds.approve': { method: 'POST', path: '/v1/builds/{id}/approve', answer: BuildView },
  'builds.cancel': { method: 'POST', path: '/v1/builds/{id}/cancel', answer: BuildView },
  'builds.retry': {
    method: 'POST',
    path: '/v1/builds/{id}/retry',
    body: RetryBody,
    answer: BuildView,
    keyed: true,
  },

  'repositories.connect': {
    method: 'POST',
    path: '/v1/repositories',
    body: RepositoryBody,
    answer: ConnectedView,
  },
  'repositories.list': { method: 'GET', path: '/v1/repositories', query: PageQuery, answer: RepositoryList },
  'repositories.get': { method: 'GET', path: '/v1/repositories/{id}', answer: RepositoryView },
  'repositories.change': {
    method: 'PATCH',
    path: '/v1/repositories/{id}',
    body: RepositoryPatch,
    answer: RepositoryView,
  },
  'repositories.disconnect': { method: 'DELETE', path: '/v1/repositories/{id}' },
  'repositories.variables.get': {
    method: 'GET',
    path: '/v1/repositories/{id}/variables',
    answer: VariablesView,
  },
  'repositories.variables.replace': {
    method: 'PUT',
    path: '/v1/repositories/{id}/variables',
    body: VariablesBody,
    answer: VariablesView,
  },
  'repositories.variables.change': {
    method: 'PATCH',
    path: '/v1/repositories/{id}/variables',
    body: VariablesPatchBody,
    answer: VariablesView,
  },
  'repositories.schedules.list': {
    method: 'GET',
    path: '/v1/repositories/{id}/schedules',
    answer: ScheduleList,
  },
  'repositories.secrets.list': { method: 'GET', path: '/v1/repositories/{id}/secrets', answer: SecretList },
  'repositories.secrets.set': {
    method: 'PUT',
    path: '/v1/repositories/{id}/secrets/{name}',
    body: SecretBody,
  },
  'repositories.secrets.remove': { method: 'DELETE', path: '/v1/repositories/{id}/secrets/{name}' },
  'repositories.webhook.set_up': {
    method: 'POST',
    path: '/v1/repositories/{id}/webhook',
    body: WebhookBody,
    answer: RepositoryView,
  },
  'repositories.webhook_secret.rotate': {
    method: 'POST',
    path: '/v1/repositories/{id}/webhook-secret/rotate',
    body: RotateBody,
    answer: RotatedView,
  },

  'images.list': {
    method: 'GET',
    path: '/v1/repositories/{id}/images',
    query: ImagePageQuery,
    answer: ImageList,
  },
  'images.get': {
    method: 'GET',
    path: '/v1/repositories/{id}/images/{digest}',
    query: ImageQuery,
    answer: ImageView,
  },
  'images.delete': { method: 'DELETE', path: '/v1/repositories/{id}/images/{digest}', query: ImageQuery },
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
  },

  'registries.connect': { method: 'POST', path: '/v1/registries', body: RegistryBody, answer: RegistryView },
  'registries.list': { method: 'GET', path: '/v1/registries', answer: RegistryList },
  'registries.get': { method: 'GET', path: '/v1/registries/{id}', answer: RegistryView },
  'registries.credential.set': {
    method: 'PUT',
    path: '/v1/registries/{id}/credential',
    body: CredentialBody,
  },
  'registries.disconnect': { method: 'DELETE', path: '/v1/registries/{id}' },

  'teams.create': { method: 'POST', path: '/v1/teams', body: TeamBody, answer: TeamView },
  'teams.list': { method: 'GET', path: '/v1/teams', query: PageQuery, answer: TeamList },
  'teams.get': { method: 'GET', path: '/v1/teams/{id}', answer: TeamView },
  'teams.change': { method: 'PATCH', path: '/v1/teams/{id}', body: TeamChange, answer: TeamView },
  'teams.limits.set': { method: 'PUT', path: '/v1/teams/{id}/limits', body: LimitsBody, answer: TeamView },
  'teams.members.list': {
    method: 'GET',
    path: '/v1/teams/{id}/members',
    query: PageQuery,
    answer: MemberList,
  },
  'teams.members.set': {
    method: 'PUT',
    path: '/v1/teams/{id}/members/{email}',
    body: MemberBody,
    answer: MemberView,
  },
  'teams.members.remove': { method: 'DELETE', path: '/v1/teams/{id}/members/{email}' },

  'tokens.create': { method: 'POST', path: '/v1/tokens', body: TokenBody, answer: NewTokenView },
  'tokens.list': { method: 'GET', path: '/v1/tokens', query: PageQuery, answer: TokenList },
  'tokens.get': { method: 'GET', path: '/v1/tokens/{id}', answer: TokenView },
  'tokens.revoke': { method: 'DELETE', path: '/v1/tokens/{id}' },

  'audit_log.list': { method: 'GET', path: '/v1/audit-log', query: PageQuery, answer: AuditList },
  'deliveries.list': {
    method: 'GET',
    path: '/v1/deliveries',
    query: DeliveryListQuery,
    answer: DeliveryList,
  },
  'deliveries.get': { method: 'GET', path: '/v1/deliveries/{id}', answer: DeliveryDetailsView },
  'deliveries.replay': {
    method: 'POST',
    path: '/v1/deliveries/{id}/replay',
    answer: DeliveryView,
    keyed: true,
  },
  'dead_letters.list': { method: 'GET', path: '/v1/dead-letters', query: PageQuery, answer: DeadLetterList },
  'dead_letters.replay': { method: 'POST', path: '/v1/dead-letters/{id}/replay', answer: DeadLetterView },
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof OPERATIONS;

type Of<Id extends OperationId> = (typeof OPERATIONS)[Id];
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** The parameters of an operation's path, by name. */
export type Params<Id extends OperationId> = Readonly<Record<Names<Of<Id>['path']>, string>>;
/** What is sent with an operation, besides the parameters of its path. */
export type Query<Id extends OperationId> = Partial<
  Of<Id> extends { query: infer Schema extends z.ZodType } ? z.input<Schema> : undefined
>;
export type Body<Id extends OperationId> =
  Of<Id> extends { body: infer Schema extends z.ZodType } ? z.input<Schema> : undefined;
/** What an operation answers. */
export type Answer<Id extends OperationId> =
  Of<Id> extends { answer: infer Schema extends z.ZodType } ? z.output<Schema> : null;
