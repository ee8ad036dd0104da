import { z } from 'zod';
import { ImageList, ImageTagView, ImageView } from '#core/api/images.ts';
import { must, type World } from '../world.ts';
import type { Case } from './case.ts';

const tagStable = ({ client, repository, digest }: World) =>
  must(client, 'PUT', `/v1/repositories/${encodeURIComponent(repository)}/images/tags/stable`, { digest });

export const IMAGES: readonly Case[] = [
  { command: 'images list', argv: () => ['images', 'list'], columns: 140, schema: ImageList },
  { command: 'images show', argv: () => ['images', 'show', 'latest'], schema: ImageView },
  {
    command: 'images show',
    about: 'by the beginning of its digest',
    argv: ({ digest }) => ['images', 'show', digest.slice('sha256:'.length, 20)],
    schema: ImageView,
  },
  { command: 'images tag', argv: () => ['images', 'tag', 'latest', 'stable'], schema: ImageTagView },
  {
    command: 'images remove',
    about: 'one that is needed',
    argv: ({ digest }) => ['images', 'remove', digest],
    confirms: true,
    schema: null,
    code: 1,
  },
  {
    command: 'images remove',
    about: 'a tag',
    argv: () => ['images', 'remove', 'stable'],
    before: tagStable,
    confirms: true,
    schema: z.strictObject({ tag: z.literal('stable'), done: z.literal('removed') }),
  },
];
