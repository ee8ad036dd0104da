import type { Api } from '../kit/api.ts';
import { wholeId } from '../kit/ids.ts';

const KIND = { what: 'registry', whole: /^rg-[0-9a-f]{20}$/, next: 'bitflow registries list' };

/** The id of one of the team's own registries, which is named by it, its beginning or its address. Throws CliError (4, 2). */
export async function registryIdOf(api: Api, given: string): Promise<string> {
  return wholeId(given, KIND, async () => {
    const { registries } = (await api.call('registries.list')).value;
    const named = registries.filter(({ url }) => url === given);
    return { items: named.length === 0 ? registries : named };
  });
}
