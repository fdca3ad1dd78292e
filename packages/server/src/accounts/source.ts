import { isIPv4, isIPv6 } from 'node:net';

/**
 * The part of an address that one customer of a provider holds: an IPv4 address whole, an IPv6 address by its first 64
 * bits [THROTTLE-3]. IPv4 inside IPv6 counts as IPv4.
 */
export function sourcePrefix(address: string): string {
  const plain = address.replace(/%.*$/, '');
  if (isIPv4(plain)) return plain;
  const groups = ipv6Groups(plain);
  // No address: the memory transport, or a runtime that could not tell. All of those share one allowance.
  if (groups === undefined) return 'unknown';
  return embeddedIpv4(groups) ?? `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups without leading zeros; undefined when `address` is no IPv6 address. */
function ipv6Groups(address: string): readonly string[] | undefined {
  if (!isIPv6(address)) return undefined;
  // The URL parser writes RFC 5952's canonical form, dotted tails as hexadecimal.
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  if (canonical === undefined) return undefined;
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}

/** Of ::ffff:0:0/96 (RFC 4291 section 2.5.5.2). */
function embeddedIpv4(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 5).some((group) => group !== '0') || groups[5] !== 'ffff') return undefined;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
