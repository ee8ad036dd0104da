import { z } from 'zod';
import { isTransient, PAUSES, type Sleep } from './retry.ts';
import { ToolFailed, type Tools } from './tools.ts';

/** Nobody is asked by gcloud: neither to confirm, nor to enable an API. */
const ENV = {
  CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
  CLOUDSDK_CORE_SHOULD_PROMPT_TO_ENABLE_API: 'false',
};

/** Google's command. What only reads is tried again where Google's answer is one that passes. */
export class Gcloud {
  readonly #tools: Tools;
  readonly #sleep: Sleep;

  constructor(tools: Tools, sleep: Sleep) {
    this.#tools = tools;
    this.#sleep = sleep;
  }

  /** Asks, with `--format=json`. Throws ToolFailed where gcloud does, Error where it answers something else. */
  async read<T>(schema: z.ZodType<T>, args: readonly string[]): Promise<T> {
    const text = await this.#patiently(args);
    return schema.parse(text.trim() === '' ? null : JSON.parse(text));
  }

  /** Like `read`; null where gcloud says that there is no such thing. */
  async find<T>(schema: z.ZodType<T>, args: readonly string[]): Promise<T | null> {
    try {
      return await this.read(schema, args);
    } catch (error) {
      if (error instanceof ToolFailed && /NOT_FOUND|not found|does not exist|\b404\b/i.test(error.output))
        return null;
      throw error;
    }
  }

  /** Whether gcloud can: what it prints, which may be a token, goes nowhere. */
  async can(args: readonly string[]): Promise<boolean> {
    try {
      await this.#tools.read('gcloud', args, { env: ENV });
      return true;
    } catch (error) {
      if (error instanceof ToolFailed && !error.isMissing) return false;
      throw error;
    }
  }

  /** Changes something, shown. `input` goes to its stdin. */
  async change(args: readonly string[], input?: string): Promise<void> {
    await this.#tools.show('gcloud', args, { env: ENV, ...(input !== undefined && { input }) });
  }

  async #patiently(args: readonly string[]): Promise<string> {
    for (const pause of PAUSES) {
      try {
        return await this.#tools.read('gcloud', [...args, '--format=json'], { env: ENV });
      } catch (error) {
        if (!(error instanceof ToolFailed) || !isTransient(error.output)) throw error;
        await this.#sleep(pause);
      }
    }
    return this.#tools.read('gcloud', [...args, '--format=json'], { env: ENV });
  }
}

/** A list as gcloud prints one; nothing at all is an empty one. */
export const listOf = <T>(item: z.ZodType<T>) =>
  z
    .array(item)
    .nullable()
    .transform((items) => items ?? []);
