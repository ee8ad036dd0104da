import type { BuilderSettings } from '#core/bitflow-toml.ts';
import type { ExchangeGrant } from '#core/exchange.ts';

/** What a builder may do and needs to know for one build: told by the exchange, or by hand. */
export type BuildGrant = Pick<ExchangeGrant, 'build' | 'clone' | 'registry' | 'secrets' | 'limits'> & {
  /** Commands that take the place of the repository's own; only nixpacks knows what to do with them. */
  readonly commands?: Pick<BuilderSettings['nixpacks'], 'build' | 'start'>;
};
