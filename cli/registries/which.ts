import type { Api } from '../kit/api.ts';
import { unambiguous, wholeId } from '../kit/ids.ts';

const KIND = { what: 'registry', whole: /^rg-[0-9a-f]{20}$/, next: 'bitflow registries list' };

/** The id of one of the team's own registries, which is named by it, its beginning or its address. Throws CliError (4, 2). */
export async function registryIdOf(api: Api, given: string): Promise<string> {
  if (given.startsWith('rg-')) return wholeId(given, KIND, () => registriesOf(api));
  const named = (await registriesOf(api)).items.find(({ url }) => url === given);
  return named?.id ?? unambiguous(given, [], KIND.what, KIND.next);
}

const registriesOf = async (api: Api) => ({
  items: (await api.call('registries.list')).value.registries,
  more: false,
});
