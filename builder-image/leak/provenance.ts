import { z } from 'zod';

const Ranges = z.object({
  ranges: z.array(z.object({ start: z.object({ line: z.int() }) })).min(1),
});
/** What is read of provenance with `mode=max`: https://docs.docker.com/build/metadata/attestations/slsa-definitions/ */
const Statement = z.object({
  predicate: z.object({
    runDetails: z.object({
      metadata: z.object({
        buildkit_metadata: z.object({
          source: z.object({
            locations: z.record(z.string(), z.object({ locations: z.array(Ranges).optional() })),
          }),
          /** By a step's output, `stepN:0`: chains of layers, the step's own last. */
          layers: z.record(z.string(), z.array(z.array(z.object({ digest: z.string() })))),
        }),
      }),
    }),
  }),
});

/** The line of the Dockerfile that made a layer, by the layer's digest, where an attestation says so. */
export function linesOf(statement: unknown): Map<string, number> {
  const parsed = Statement.safeParse(statement);
  if (!parsed.success) return new Map();
  const { source, layers } = parsed.data.predicate.runDetails.metadata.buildkit_metadata;
  const lines = Object.entries(layers).flatMap(([output, chains]) => {
    const step = output.slice(0, output.indexOf(':'));
    const line = source.locations[step]?.locations?.[0]?.ranges[0]?.start.line;
    const digests = chains.flatMap((chain) => chain.at(-1)?.digest ?? []);
    return line === undefined ? [] : digests.map((digest) => [digest, line] as const);
  });
  return new Map(lines);
}
