import { z } from 'zod';
import { BuilderType } from './build.ts';
import { NixpacksVersion } from './build-config.ts';

/** A key of `bitflow.toml`, or a field of `build_config`, that steers a builder. */
export const BuilderOption = z.object({
  name: z.string(),
  description: z.string(),
  type: z.enum(['string', 'record']),
});

/** A builder, as people choose one. */
export const BuilderTypeInfo = z.object({
  name: BuilderType,
  description: z.string(),
  /** What makes `auto` choose it, in words. */
  detects: z.array(z.string()),
  /** The version that builds unless another is asked for; null: it has none of its own. */
  version: z.string().nullable(),
  /** The versions that may be asked for. */
  versions: z.array(z.string()),
  options: z.array(BuilderOption),
});
export type BuilderTypeInfo = z.infer<typeof BuilderTypeInfo>;

/** The builders there are. What nixpacks detects is the list of its own providers (`src/lib.rs`), in its order. */
export const BUILDER_TYPES: readonly BuilderTypeInfo[] = [
  {
    name: 'auto',
    description:
      'What bitflow.toml names; else a Dockerfile where there is one, else nixpacks where it recognises the app. The log says why.',
    detects: [],
    version: null,
    versions: [],
    options: [
      {
        name: 'builder',
        description: 'bitflow.toml: the builder of this repository, where the build asks for none',
        type: 'string',
      },
    ],
  },
  {
    name: 'dockerfile',
    description: 'Builds the Dockerfile of the repository as it is, with BuildKit.',
    detects: ['a Dockerfile in the root directory, or the one that bitflow.toml names'],
    version: null,
    versions: [],
    options: [
      {
        name: 'dockerfile.path',
        description: 'bitflow.toml: the Dockerfile, relative to the root directory; "Dockerfile" unless set',
        type: 'string',
      },
      {
        name: 'dockerfile.target',
        description: 'bitflow.toml: the stage to build; the last one unless set',
        type: 'string',
      },
      {
        name: 'dockerfile.args',
        description: 'bitflow.toml: build arguments by name; those of the build come over them',
        type: 'record',
      },
    ],
  },
  {
    name: 'nixpacks',
    description: 'Works out from the files of the app how to build and start it, with nixpacks.',
    detects: [
      ...['a nixpacks.toml or nixpacks.json, also in .nixpacks/', 'Crystal', 'C#', 'Dart', 'Elixir', 'Deno'],
      ...['F#', 'Clojure', 'Gleam', 'Go', 'Haskell (Stack)', 'Scheme (Haunt)', 'Java', 'Lunatic', 'Scala'],
      ...['PHP', 'Ruby', 'Node.js', 'Python', 'Rust', 'Swift', 'static files', 'Zig', 'COBOL'],
    ],
    version: NixpacksVersion.options[0] ?? null,
    versions: NixpacksVersion.options,
    options: [
      {
        name: 'nixpacks_version',
        description: 'build_config: the version of nixpacks, one of versions',
        type: 'string',
      },
      {
        name: 'nixpacks.install',
        description: 'bitflow.toml: the command that installs the dependencies',
        type: 'string',
      },
      {
        name: 'nixpacks.build',
        description: 'bitflow.toml: the command that builds the app',
        type: 'string',
      },
      { name: 'nixpacks.start', description: 'bitflow.toml: the command that starts it', type: 'string' },
    ],
  },
];
