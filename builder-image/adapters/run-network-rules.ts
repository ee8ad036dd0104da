import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

/**
 * Where the network of RUN steps lies: TEST-NET-2 of RFC 5737, which is nobody's, so no real address is hidden.
 * The host parts of `outside`, `nameserver` and `router` are slirp4netns's own (its man page, DESCRIPTION).
 */
export const ADDRESSES = {
  network: '198.51.100.0/24',
  /** slirp4netns itself, the way out. */
  outside: '198.51.100.2',
  /** slirp4netns's forwarder to the first nameserver of the step. */
  nameserver: '198.51.100.3',
  router: '198.51.100.100',
  steps: '198.51.100.200',
} as const;

export const TAP = 'tap0';
const TO_STEPS = 'steps0';
/** The largest that slirp4netns takes: fewer, larger packets, which never meet a real network as they are. */
export const MTU = 65_520;

/** Questions about names, of the forwarder. By number: a small image has no /etc/protocols. 17 is UDP, 6 TCP. */
const DNS = [17, 6].map((protocol) => `to ${ADDRESSES.nameserver} ipproto ${protocol} dport 53`);

/** Refused whatever the step's network looks like: "this host", loopback, and link-local with the metadata server. */
const ALWAYS = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16'] as const;

/**
 * The IPv4 networks that RUN steps must not reach: those above, every address of the metadata server, and the
 * networks that the step is directly in. In the latter are the step's own addresses and its neighbours, such as the
 * stand-in of the metadata server that Cloud Build starts at 192.168.10.5 and redirects 169.254.169.254 to
 * (GoogleCloudPlatform/cloud-build-local, metadata/metadata.go). A RUN step has no IPv6 at all.
 *
 * @param metadataHost as GCE_METADATA_HOST has it: a name or address, with a port or without
 */
export async function refusedNetworks(
  metadataHost: string,
  interfaces = networkInterfaces(),
): Promise<string[]> {
  const own = Object.values(interfaces).flatMap((entries) =>
    (entries ?? []).flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [cidr] : [])),
  );
  const metadata = (await addressesOf(metadataHost)).map((address) => `${address}/32`);
  return [...new Set<string>([...ALWAYS, ...metadata, ...own])];
}

/** A name that does not exist names nothing to refuse; a question without an answer is an error. */
async function addressesOf(metadataHost: string): Promise<string[]> {
  const { hostname } = new URL(`http://${metadataHost}`);
  try {
    const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true });
    return found.filter(({ family }) => family === 4).map(({ address }) => address);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTFOUND') return [];
    throw error;
  }
}

/** Lines for `ip -batch` in the router, between the steps and slirp4netns. Nothing passes that no line allows. */
export function routerLines(refused: readonly string[], stepsPid: number): string[] {
  const { network, steps } = ADDRESSES;
  const rule = (preference: number, what: string) => `rule add pref ${preference} iif ${TO_STEPS} ${what}`;
  return [
    ...DNS.map((question) => rule(100, `from ${steps} ${question} lookup main`)),
    ...[network, ...refused].map((to) => rule(200, `to ${to} prohibit`)),
    rule(300, `from ${steps} lookup main`),
    rule(400, 'blackhole'),
    `link add ${TO_STEPS} mtu ${MTU} type veth peer name eth0 mtu ${MTU} netns ${stepsPid}`,
    `link set ${TO_STEPS} up`,
    `route add ${steps}/32 dev ${TO_STEPS}`,
    // slirp4netns asks who has the steps' address: the router answers for them
    `neigh add proxy ${steps} dev ${TAP}`,
  ];
}

/**
 * Lines for `ip -batch` where the steps are. The refusals here only make programs fail at once: a step may craft
 * its packets (CAP_NET_RAW), so those that count are the router's.
 */
export function stepsLines(refused: readonly string[]): string[] {
  const { network, router, steps } = ADDRESSES;
  return [
    'link set lo up',
    'link set eth0 up',
    `addr add ${steps}/32 dev eth0`,
    `route add ${router} dev eth0`,
    `route add default via ${router}`,
    ...DNS.map((question) => `rule add pref 100 ${question} lookup main`),
    ...[network, ...refused].map((to) => `rule add pref 200 to ${to} prohibit`),
  ];
}
