import type { TeamRegistry } from '#core/registry.ts';
import type { Destination, TagDocument, TagWish } from '#core/tags.ts';
import type { Created, Page, PageRequest } from './common.ts';

export interface Tags {
  get(destination: Destination, tag: string): Promise<TagDocument | null>;
  /** Takes the lease for writing a tag (`leaseTag`); null where another has it. */
  lease(
    destination: Destination,
    tag: string,
    holder: string,
    now: number,
    ttlMs: number,
  ): Promise<TagDocument | null>;
  /** Clears the dirty mark and lease if the document still wants `digest` (`settleTag`); else false. */
  settle(
    destination: Destination,
    tag: string,
    holder: string,
    digest: string | null,
    now: number,
  ): Promise<boolean>;
  /** @param doubtedAt when the writer lost sight of what it sent; null where it knows (`releaseTag`). */
  release(destination: Destination, tag: string, holder: string, doubtedAt: number | null): Promise<void>;
  /** Takes a person's wish in (`moveTag`). @returns the document as it is then. */
  move(destination: Destination, tag: string, wish: TagWish): Promise<TagDocument>;
  /** Clears the mark of a tag that nobody can write (`abandonTag`). */
  abandon(destination: Destination, tag: string, digest: string | null): Promise<void>;
  /** Tags still dirty that changed before `before`, in the installation's registry or in the teams' own. */
  dirty(where: 'installation' | 'teams', before: number, limit: number): Promise<TagDocument[]>;
  /** Tags of an image for which this digest is a candidate, by name. */
  wanting(destination: Destination, digest: string, limit: number): Promise<TagDocument[]>;
}

/** Locks on single images: see `image-lock.ts`. */
export interface ImageLocks {
  /** False where another has it. */
  take(
    destination: Destination,
    digest: string,
    holder: string,
    now: number,
    ttlMs: number,
  ): Promise<boolean>;
  release(destination: Destination, digest: string, holder: string): Promise<void>;
  isTaken(destination: Destination, digest: string, now: number): Promise<boolean>;
}

/** The teams' own registries, as targets of releases. */
export interface Registries {
  create(registry: TeamRegistry): Promise<Created>;
  get(id: string): Promise<TeamRegistry | null>;
  /** A team's, by address: at most 100. */
  list(team: string): Promise<TeamRegistry[]>;
  /** Notes that its credential was set. Throws UserError('not_found'). */
  setCredentialAt(id: string, at: number): Promise<void>;
  /** One that is not there is no error. */
  remove(id: string): Promise<void>;
}

export interface Registry {
  /** The digest that a tag (or digest) of a repository path (`host/path`) names; null where it is not there. */
  digest(path: string, reference: string): Promise<string | null>;
  /** Copies an image with all that its manifests name; what is there already is not sent again. */
  copy(from: string, digest: string, to: string): Promise<void>;
  putTag(path: string, tag: string, digest: string): Promise<void>;
  /** Takes a tag away; one that is not there is no error. Throws UserError('refused') where that cannot be. */
  removeTag(path: string, tag: string): Promise<void>;
}

/** An image as a registry has it: an index or a single manifest. */
export interface CatalogImage {
  readonly digest: string;
  readonly media_type: string;
  /** By name. */
  readonly tags: readonly string[];
  /** `os/architecture[/variant]`, without what only attests. */
  readonly platforms: readonly string[];
  /** Compressed bytes of the platforms' layers and configs, as a pull transfers them. */
  readonly size_bytes: number;
  /** When it was pushed (ms since the epoch); null where the registry does not say. */
  readonly uploaded_at: number | null;
}

/** What a registry has below one path (`host/path`). */
export interface ImageCatalog {
  /**
   * The images that have a tag, and others where the registry lists them. The order is the registry's own and
   * stays. `after` is the `next` of the page before. A path where nothing was pushed has none.
   */
  list(path: string, page: PageRequest): Promise<Page<CatalogImage>>;
  get(path: string, digest: string): Promise<CatalogImage | null>;
  /** What in this path names a manifest and is broken without it: indexes, and what is about it. */
  neededBy(path: string, digest: string): Promise<string[]>;
  /**
   * Deletes a manifest; one that is not there is no error. Throws UserError('conflict') where the registry
   * knows of something that needs it, UserError('refused') where it deletes none.
   */
  delete(path: string, digest: string): Promise<void>;
}
