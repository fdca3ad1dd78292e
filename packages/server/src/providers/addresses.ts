/** Where requests may go [PROVIDER-2]. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { ProviderError } from '../assistants/provider.ts';

/** All addresses of a name. */
export type LookUp = (name: string) => Promise<readonly string[]>;

export const systemLookUp: LookUp = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address);

/** What the registries of IANA for special addresses list as not globally reachable. */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Within 2000::/3: protocols, documentation, and 6to4, which stands for any IPv4 address. */
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [network, bits] of SPECIAL_IPV4) special.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of SPECIAL_IPV6) special.addSubnet(network, bits, 'ipv6');

/** All of IPv6 that is public; what maps or translates IPv4 is outside. */
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, 'ipv4');
    case 6:
      return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
    default:
      return false;
  }
}

/** Undefined: as the URL says. Otherwise these, in order, so that nobody answers differently when it is looked up again. */
export async function addressesFor(
  url: URL,
  privateHosts: readonly string[],
  lookUp: LookUp,
): Promise<readonly string[] | undefined> {
  const name = url.hostname;
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0 || name === 'localhost') return undefined;
  const addresses = await lookUp(name).catch(() => []);
  if (addresses.length === 0)
    throw new ProviderError('unreachable', `${name} has no address; check the URL of the provider and DNS`);
  if (privateHosts.some((host) => host.toLowerCase() === name)) return addresses;
  const found = addresses.find((address) => !isPublicAddress(address));
  if (found === undefined) return addresses;
  throw new ProviderError(
    'forbidden',
    `${name} is ${found}, which is not public; if that is meant, name ${name} in SOTTO_AI_PRIVATE_HOSTS`,
  );
}
