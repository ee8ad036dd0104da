import { z } from 'zod';
import { invalidArgument } from '../grpc.ts';
import { parseFilter } from './filter.ts';
import type { BuildRecord } from './record.ts';

const defaultPage = 100;
const largestPage = 1000;

const tokenSchema = z.object({ before: z.number(), filter: z.string() });

const readToken = (token: string, filter: string): number => {
  const refused = invalidArgument('invalid page token');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw refused;
  }
  const parsed = tokenSchema.safeParse(value);
  // A token of another query would silently skip builds: google.aip.dev/158 lets a service refuse it.
  if (!parsed.success || parsed.data.filter !== filter) throw refused;
  return parsed.data.before;
};

export type ListQuery = { readonly filter: string; readonly pageSize: number; readonly pageToken: string };

/** One page of `builds`, which are newest first. INVALID_ARGUMENT for a bad filter, size or token. */
export const listPage = (builds: readonly BuildRecord[], query: ListQuery) => {
  if (query.pageSize < 0) throw invalidArgument('page_size must not be negative');
  const matches = parseFilter(query.filter);
  const before = query.pageToken === '' ? Number.POSITIVE_INFINITY : readToken(query.pageToken, query.filter);
  const size = Math.min(query.pageSize || defaultPage, largestPage);
  const rest = builds.filter((build) => build.sequence < before && matches(build));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = rest.length > page.length && last;
  const token = more ? JSON.stringify({ before: last.sequence, filter: query.filter }) : '';
  return { page, nextPageToken: Buffer.from(token).toString('base64url') };
};
