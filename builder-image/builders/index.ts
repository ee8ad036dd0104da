import type { Builder } from './builder.ts';
import { dockerfile } from './dockerfile/index.ts';
import { nixpacks } from './nixpacks/index.ts';

/**
 * Every builder, in the order in which `auto` asks them. An own Dockerfile comes first: whoever wrote one
 * said exactly how the image is made, while nixpacks finds something to guess in almost any repository.
 */
export const BUILDERS = [dockerfile, nixpacks] as const satisfies readonly Builder[];
