import { dlopen } from 'bun:ffi';
import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import type { Connection, Dial, Listener } from './contract.ts';
import { testIdentity } from './testing/identity.ts';
import { Peer } from './testing/peer.ts';
import { dialTls, listenTls } from './tls/index.ts';
import { dialWebSocket, listenWebSocket } from './websocket/index.ts';

const HOST = '127.0.0.1';
const NAME_BYTES = 16;
const SETTINGS = '/proc/sys/net/ipv4';
const LOOKS_MAX = 200;

/** Elsewhere there is nothing to avoid, or it is not allowed. */
function appliesHere(): boolean {
  if (process.platform !== 'linux') return false;
  const read = (name: string) => readFileSync(`${SETTINGS}/${name}`, 'utf8').trim().split(' ');
  const isAllowed = process.getuid?.() === 0 || read('tcp_allowed_congestion_control').includes('cubic');
  return (
    read('tcp_congestion_control').includes('bbr') &&
    read('tcp_available_congestion_control').includes('cubic') &&
    isAllowed
  );
}

const { symbols } = dlopen('libc.so.6', {
  getsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'ptr'], returns: 'i32' },
});

/** Of every TCP socket of this process. */
function controls(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    const name = new Uint8Array(NAME_BYTES);
    const refused = symbols.getsockopt(Number(descriptor), 6, 13, name, new Uint32Array([NAME_BYTES]));
    return refused ? [] : [new TextDecoder().decode(name).replace(/\0.*$/s, '')];
  });
}

/** What it is in the end, or after far too long. */
async function controlsOnce(holds: () => boolean): Promise<string[]> {
  for (let looks = 0; looks < LOOKS_MAX && !holds(); looks++) await Bun.sleep(10);
  return controls();
}

test.skipIf(!appliesHere()).each([
  { name: 'tls', listen: listenTls, dial: dialTls },
  { name: 'websocket', listen: listenWebSocket, dial: dialWebSocket },
] satisfies { name: string; listen: (options: Parameters<typeof listenTls>[0]) => Listener; dial: Dial }[])(
  '[TLS-7] F3: neither end of $name has BBR, though it is what this machine has',
  async ({ listen, dial }) => {
    const accepted: Connection[] = [];
    const accept = Peer.accept((peer) => accepted.push(peer.connection));
    const listener = listen({ hostname: HOST, port: 0, identity: await testIdentity(), accept });
    const { port } = listener;
    expect(await controlsOnce(() => !controls().includes('bbr'))).toEqual(['cubic']);
    const connection = await dial({ host: HOST, port, verify: () => {}, events: Peer.accept(() => {}) });
    const both = () => accepted.length === 1 && !controls().includes('bbr');
    expect(await controlsOnce(both)).toEqual(['cubic', 'cubic', 'cubic']);
    connection.abort();
    for (const each of accepted) each.abort();
    await listener.close();
    await controlsOnce(() => controls().length === 0);
  },
);
