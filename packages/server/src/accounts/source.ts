import { isIP, SocketAddress } from 'node:net';

/**
 * The part of an address that one customer of a provider holds: an IPv4 address whole, an IPv6 address by its first 64
 * bits [THROTTLE-3]. IPv4 inside IPv6 counts as IPv4.
 */
export function sourcePrefix(address: string): string {
  const plain = address.replace(/%.*$/, '');
  switch (isIP(plain)) {
    case 4:
      return plain;
    case 6: {
      const groups = expand(plain);
      return embeddedIpv4(groups) ?? `${groups.slice(0, 4).join(':')}::/64`;
    }
    default:
      // The memory transport, or a runtime that could not tell: all of those share one allowance.
      return 'unknown';
  }
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expand(address: string): readonly string[] {
  // SocketAddress writes RFC 5952's canonical form, but for a dotted tail.
  const hex = dottedToHex(new SocketAddress({ address, family: 'ipv6' }).address);
  const [head = '', tail] = hex.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}

function dottedToHex(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

/** Of ::ffff:0:0/96 (RFC 4291 section 2.5.5.2). */
function embeddedIpv4(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 5).some((group) => group !== '0') || groups[5] !== 'ffff') return undefined;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
