/** Which network this machine is in, told by the addresses of its interfaces, on Bun and Node.js [PATH-9] [PATH-10]. */
import { createHash } from 'node:crypto';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { Network } from './environment.ts';

const POLL_MS = 2_000;
const NAME_HEX_DIGITS = 16;
const IPV6_BITS = 128;
const LINK_LOCAL = /^fe[89ab]/i;
/** Without a zone, and without an IPv4 address in it. */
const PLAIN_IPV6 = /^[0-9a-f:]+$/i;

type Interfaces = () => NodeJS.Dict<NetworkInterfaceInfo[]>;

export class SystemNetwork implements Network {
  readonly #interfaces: Interfaces;
  readonly #pollMs: number;
  readonly #listeners = new Set<() => void>();
  #polling: NodeJS.Timeout | undefined;
  #seen = '';

  constructor(interfaces: Interfaces = networkInterfaces, pollMs = POLL_MS) {
    this.#interfaces = interfaces;
    this.#pollMs = pollMs;
  }

  /**
   * Of an IPv6 address only the prefix counts: machines give themselves a new address in the same network every day. The
   * same IPv4 prefix is used in many networks, so there the own address counts too.
   */
  current(): string {
    const names = this.#addresses()?.map((address) => networkOf(address));
    return names === undefined ? '' : nameOf(names);
  }

  /** Told of every change of an address, since what went out from the old one may get no answer any more. */
  onChange(listener: () => void): () => void {
    const told = () => listener();
    this.#listeners.add(told);
    this.#poll();
    return () => {
      this.#listeners.delete(told);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#polling);
      this.#polling = undefined;
    };
  }

  #poll(): void {
    if (this.#polling !== undefined) return;
    this.#seen = this.#fingerprint();
    this.#polling = setInterval(() => {
      const seen = this.#fingerprint();
      if (seen === this.#seen) return;
      this.#seen = seen;
      for (const listener of this.#listeners) listener();
    }, this.#pollMs);
    this.#polling.unref();
  }

  #fingerprint(): string {
    return nameOf(this.#addresses()?.map(({ cidr, address }) => cidr ?? address) ?? []);
  }

  /** Those by which others reach this machine; undefined where the system does not tell. */
  #addresses(): NetworkInterfaceInfo[] | undefined {
    try {
      const all = Object.values(this.#interfaces()).flatMap((addresses) => addresses ?? []);
      return all.filter(({ internal, address }) => !internal && !LINK_LOCAL.test(address));
    } catch {
      return undefined;
    }
  }
}

const nameOf = (parts: readonly string[]): string =>
  createHash('sha256')
    .update([...new Set(parts)].sort().join('\n'))
    .digest('hex')
    .slice(0, NAME_HEX_DIGITS);

function networkOf({ family, address, cidr }: NetworkInterfaceInfo): string {
  if (family === 'IPv4' || !PLAIN_IPV6.test(address)) return cidr ?? address;
  const length = Number(cidr?.split('/')[1] ?? IPV6_BITS);
  return `${prefixOf(address, length)}/${length}`;
}

/** The first bits of an IPv6 address, as a number in hex. */
function prefixOf(address: string, length: number): string {
  const [head = [], tail] = address
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : IPV6_BITS / 16 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...(tail ?? [])];
  const bits = groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return (bits >> BigInt(IPV6_BITS - length)).toString(16);
}
