import { z } from 'zod';

/** `manifest.json` of a deployment's folder: what is in it, by content. Written last: a folder with it is whole. */
export const Manifest = z.strictObject({
  /** The sha256 of each function's zip, in hex, by the function's name. */
  functions: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  /** A tag for the builder image that is another where one of its files is. */
  builder_image_tag: z.string().regex(/^[0-9a-f]{16}$/),
});
export type Manifest = z.infer<typeof Manifest>;
