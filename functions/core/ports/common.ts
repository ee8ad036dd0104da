/** The time in ms since the epoch. */
export type Clock = () => number;

/** What `create` found: two makers of one id are no error. */
export type Created = 'created' | 'exists';

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null at the end. */
  readonly next: string | null;
}

/** Which page: `after` is the `next` of the one before, null for the first. */
export interface PageRequest {
  readonly limit: number;
  readonly after: string | null;
}
