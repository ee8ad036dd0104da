import { Problem } from '../../cloud/problem.ts';
import { PAUSES } from '../../cloud/retry.ts';
import type { Context, Step } from '../context.ts';
import { needOutput } from '../outputs.ts';

/** A new gateway answers some minutes after it was made. */
export const health: Step = {
  name: 'health',
  title: 'waits until the service answers',
  planOnly: false,
  async run(context, made) {
    const outputs = await context.terraform(made).outputs();
    const webhookUrl = needOutput(outputs, 'webhook_url');
    const apiUrl = needOutput(outputs, 'api_url');
    const project = `--project=${context.values.project}`;
    await answers(context, webhookUrl, `gcloud run services logs read bitflow-webhooks ${project}`);
    await answers(context, apiUrl, `gcloud run services logs read bitflow-api ${project}`);
    return { webhookUrl, apiUrl };
  },
};

async function answers({ fetch, sleep, say }: Context, origin: string, logs: string): Promise<void> {
  const url = `${origin}/v1/health`;
  let last = '';
  for (const pause of [...PAUSES, 0]) {
    last = await fetch(url).then(
      ({ status }) => `status ${status}`,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (last === 'status 200') return say(`  ${url} answers`);
    await sleep(pause);
  }
  throw new Problem(`${url} does not answer as it should: ${last}`, `see why: ${logs}; then go on`);
}
