import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** Where to listen for `hostname` [SOCKET-2]: itself, or behind a wildcard every address of this machine. */
export function localAddresses(
  hostname: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string[] {
  if (!isWildcard(hostname)) return [hostname];
  const found = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family }) => family === 'IPv4' || hostname === ANY_IPV6)
      .map((info) =>
        info.family === 'IPv6' && info.scopeid !== 0 ? `${info.address}%${name}` : info.address,
      ),
  );
  return [...new Set(found)];
}

export const isWildcard = (hostname: string): boolean => hostname === ANY_IPV4 || hostname === ANY_IPV6;

const ANY_IPV4 = '0.0.0.0';
/** Both families, as it is for TCP. */
const ANY_IPV6 = '::';
