import type { z } from '@hono/zod-openapi';
import type { Repository } from '#core/repository.ts';
import { iso } from '../schemas.ts';
import type { RepositoryView } from './schemas.ts';

/** A repository as callers see it. */
export function repositoryView(repository: Repository): z.infer<typeof RepositoryView> {
  const { version: _, team: __, created_at, ...shown } = repository;
  return { ...shown, created_at: iso(created_at) };
}
