import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogImage, ImageCatalog, Registry } from '#core/ports.ts';
import { digestOf } from '#test/support/memory/examples.ts';
import type { Pushed } from '#test/support/registry-images.ts';

/** A catalog under test, and the registry that it is about. */
export interface CatalogSubject {
  readonly catalog: ImageCatalog;
  readonly registry: Registry;
  /** A path where nothing was pushed. */
  path(): string;
  image(path: string, tag: string | null, text: string, subject?: Pushed): Promise<Pushed>;
  index(path: string, tag: string | null, images: readonly Pushed[]): Promise<Pushed>;
  close(): Promise<void>;
}

/** The contract of `ImageCatalog`. */
export function describeImageCatalog(name: string, make: () => Promise<CatalogSubject>): void {
  describe(`image catalog: ${name}`, () => {
    let subject: CatalogSubject;
    beforeAll(async () => {
      subject = await make();
    });
    afterAll(() => subject?.close());

    /** Every image of a path that has a tag, page by page. */
    async function tagged(path: string, limit = 100): Promise<CatalogImage[]> {
      const found: CatalogImage[] = [];
      for (let after: string | null = null; ; ) {
        const page = await subject.catalog.list(path, { limit, after });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        found.push(...page.items);
        after = page.next;
        if (after === null) return found.filter(({ tags }) => tags.length > 0);
      }
    }

    it('has nothing at a path where nothing was pushed', async () => {
      const path = subject.path();
      expect(await subject.catalog.list(path, { limit: 10, after: null })).toEqual({ items: [], next: null });
      expect(await subject.catalog.get(path, digestOf('1'))).toBeNull();
      expect(await subject.catalog.neededBy(path, digestOf('1'))).toEqual([]);
      await subject.catalog.delete(path, digestOf('1'));
    });

    it('shows an index with its tags, its platforms without what attests, and what a pull transfers', async () => {
      const path = subject.path();
      const [own, attesting] = [
        await subject.image(path, null, 'app'),
        await subject.image(path, null, 'sbom'),
      ];
      const index = await subject.index(path, 'v1', [own, attesting]);
      await subject.registry.putTag(path, 'latest', index.digest);
      const shown = await subject.catalog.get(path, index.digest);
      expect(shown).toMatchObject({
        digest: index.digest,
        media_type: 'application/vnd.oci.image.index.v1+json',
        tags: ['latest', 'v1'],
        platforms: ['linux/amd64'],
        size_bytes: own.size,
      });
      expect(await tagged(path)).toEqual([shown]);
    });

    it('shows a single manifest, also one without a tag', async () => {
      const path = subject.path();
      const { digest, size } = await subject.image(path, null, 'app');
      const shown = { digest, tags: [], platforms: ['linux/amd64'], size_bytes: size };
      expect(await subject.catalog.get(path, digest)).toMatchObject(shown);
    });

    it('lists each image once, page by page', async () => {
      const path = subject.path();
      const digests: string[] = [];
      for (const text of ['one', 'two', 'three', 'four', 'five'])
        digests.push((await subject.image(path, text, text)).digest);
      await subject.registry.putTag(path, 'again', digests[0] ?? '');
      for (const limit of [2, 5, 100]) {
        const found = await tagged(path, limit);
        expect(found.map(({ digest }) => digest).toSorted()).toEqual(digests.toSorted());
      }
      expect((await tagged(path, 1)).find(({ digest }) => digest === digests[0])?.tags).toEqual([
        'again',
        'one',
      ]);
    });

    it('loses a tag that is removed, and the image that nothing has any more', async () => {
      const path = subject.path();
      const { digest } = await subject.image(path, 'v1', 'app');
      await subject.registry.removeTag(path, 'v1');
      await subject.registry.removeTag(path, 'v1');
      expect(await subject.registry.digest(path, 'v1')).toBeNull();
      expect(await subject.catalog.get(path, digest)).toMatchObject({ tags: [] });
      await subject.catalog.delete(path, digest);
      await subject.catalog.delete(path, digest);
      expect(await subject.catalog.get(path, digest)).toBeNull();
      expect(await tagged(path)).toEqual([]);
    });

    it('knows the index that names a manifest, and what is about another', async () => {
      const path = subject.path();
      const image = await subject.image(path, null, 'app');
      const index = await subject.index(path, 'v1', [image]);
      expect(await subject.catalog.neededBy(path, image.digest)).toEqual([index.digest]);
      expect(await subject.catalog.neededBy(path, index.digest)).toEqual([]);
      const signature = await subject.image(path, 'signature', 'signed', index);
      expect(await subject.catalog.neededBy(path, index.digest)).toEqual([signature.digest]);
    });

    it('does not delete what is deleted elsewhere: another path keeps its own', async () => {
      const [here, there] = [subject.path(), subject.path()];
      const { digest } = await subject.image(here, null, 'same');
      expect((await subject.image(there, null, 'same')).digest).toBe(digest);
      await subject.catalog.delete(here, digest);
      expect(await subject.catalog.get(there, digest)).not.toBeNull();
    });
  });
}
