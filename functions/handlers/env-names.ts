import { z } from 'zod';

/** A variable of a function's environment, as whoever deploys the function has to know it. */
export interface EnvName {
  readonly name: string;
  /** Whether the function does not start without it. What only several variables together need is not told here. */
  readonly required: boolean;
  /** Whether its value may be in no file and no state: it comes by reference, from Secret Manager. */
  readonly secret: boolean;
  /** Whether it is for the local stack and tests, and never set in the cloud. */
  readonly local: boolean;
}

/** What a schema of a value says of it with `.meta()`. */
const Marks = z.object({ secret: z.boolean().default(false), local: z.boolean().default(false) });
type Marks = z.infer<typeof Marks>;

/**
 * The variables that an environment's schema parses, by name. The schema is a `z.object`, refined and piped as it
 * may be. A value is marked where its kind is made, or where a function names it: `.meta({ secret: true })`,
 * `.meta({ local: true })`.
 */
export function envNames(schema: z.ZodType): EnvName[] {
  return Object.entries(objectIn(schema).shape).map(([name, value]) => ({
    name,
    required: !value.safeParse(undefined).success,
    ...marksOf(value),
  }));
}

function objectIn(schema: z.core.$ZodType): z.ZodObject<Record<string, z.ZodType>> {
  if (schema instanceof z.ZodObject) return schema;
  const [inner] = within(schema);
  if (inner === undefined) throw new Error('an environment is an object of variables');
  return objectIn(inner);
}

/** The marks of a value, and of all that it is made of: a default and `optional()` know nothing of them. */
function marksOf(schema: z.core.$ZodType): Marks {
  const own = Marks.parse(z.globalRegistry.get(schema) ?? {});
  return within(schema)
    .map(marksOf)
    .reduce((one, other) => ({ secret: one.secret || other.secret, local: one.local || other.local }), own);
}

/** The schemas that a schema wraps, the one that what comes in meets first before the others. */
function within(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodPipe) return [schema.in, schema.out];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return [schema.def.innerType];
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return [schema.def.innerType];
  return [];
}
