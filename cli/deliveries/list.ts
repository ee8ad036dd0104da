import type { Cli } from '../kit/cli.ts';
import { listing } from '../kit/listing.ts';
import { repositoryOf } from '../kit/repository.ts';
import { when } from '../kit/when.ts';
import { type ApiDelivery, aboutOf, deliveries } from './find.ts';

export interface ListOptions {
  readonly repo?: string | undefined;
  readonly verdict?: ApiDelivery['verdict'] | undefined;
  readonly limit: number;
}

/** `bitflow deliveries list`. */
export async function listDeliveries(cli: Cli, { repo, verdict, limit }: ListOptions): Promise<void> {
  const { screen } = cli;
  const filters = {
    ...(repo !== undefined && { repository_id: repo === 'none' ? repo : await repositoryOf(cli, repo) }),
    ...(verdict !== undefined && { verdict }),
  };
  listing<ApiDelivery>(
    screen,
    await deliveries(await cli.api(), limit, filters),
    [
      { title: 'id', of: ({ id }) => (screen.isTerminal ? id.slice(0, 10) : id) },
      { title: 'received', of: ({ received_at }) => when(screen, received_at) },
      { title: 'repository', flexible: true, of: ({ repository }) => repository ?? '' },
      { title: 'event', of: ({ event }) => event },
      { title: 'about', flexible: true, of: aboutOf },
      { title: 'verdict', of: ({ verdict: one }) => one },
      { title: 'what it made, or why nothing', flexible: true, of: outcomeOf },
    ],
    Object.keys(filters).length > 0
      ? 'No deliveries are like that.'
      : 'No git host told anything yet: bitflow repos connect makes the webhook.',
  );
}

const outcomeOf = ({ reason, build_ids: builds }: ApiDelivery): string => reason ?? builds.join(', ');
