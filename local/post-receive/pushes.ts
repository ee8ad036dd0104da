import type { ApiDelivery, Push } from '../client.ts';

const ZERO = /^0+$/;
/** GitHub sends no events for tags where more are pushed at once (its page on the push event says so). */
const MAX_TAGS = 3;

/**
 * The pushes that GitHub would tell of, from what git gives a post-receive hook (githooks(5)): a line
 * `OLD NEW REF` for each ref that moved.
 */
export function pushesOf(lines: string, fullName: string): Push[] {
  const pushes = lines.split('\n').flatMap((line) => {
    const [before = '', after = '', ref = ''] = line.split(' ');
    if (!/^refs\/(?:heads|tags)\//.test(ref)) return [];
    return [{ fullName, ref, before: commit(before), after: commit(after) }];
  });
  const isTag = ({ ref }: Push) => ref.startsWith('refs/tags/');
  const silent = pushes.filter(isTag).length > MAX_TAGS;
  return pushes.filter((push) => !(silent && isTag(push)));
}

const commit = (id: string): string | null => (ZERO.test(id) ? null : id);

/**
 * What whoever pushed is told of one ref: what was made of it, and what to type now. GitHub's App tells of every
 * repository: that one is not connected there is news only where it is connected nowhere.
 */
export function tellOf(push: Push, deliveries: readonly ApiDelivery[], gitUrl: string): string[] {
  const about = deliveries.filter((delivery) => !isUnknown(delivery));
  return (about.length > 0 ? about : deliveries).flatMap((delivery) => tellOfOne(push, delivery, gitUrl));
}

const isUnknown = ({ reason }: ApiDelivery): boolean => reason?.endsWith('is not connected') ?? false;

function tellOfOne({ ref, fullName }: Push, delivery: ApiDelivery, gitUrl: string): string[] {
  const name = ref.replace(/^refs\/(?:heads|tags)\//, '');
  if (delivery.verdict === 'received')
    return [`${name} is delivered: bitflow deliveries show ${delivery.id}`];
  if (delivery.build_ids.length === 0) {
    const why = `nothing is built of ${name}: ${delivery.reason ?? 'no reason is given'}`;
    if (!isUnknown(delivery)) return [why];
    return [why, `bitflow repos connect ${fullName} --platform github --clone-url ${gitUrl}/${fullName}.git`];
  }
  return delivery.build_ids.flatMap((id) => [`${name} is being built`, `bitflow builds watch ${id}`]);
}
