import { describe, expect, test } from 'bun:test';
import { CHAT_LANE } from '@sotto/protocol';
import type { Connection } from '../contract.ts';
import { testIdentity } from '../testing/identity.ts';
import { Peer, testFrame } from '../testing/peer.ts';
import { dialQuic, listenQuic } from './index.ts';

const HOST = '127.0.0.1';
const ATTEMPTS = 25;
/** A process that connects and dies, so that its port answers with "nobody here". */
const DOOMED = `
const { dialQuic } = await import('@sotto/transport/quic');
const events = () => ({ frame() {}, datagram() {}, drain() {}, pathChanged() {}, closed() {} });
await dialQuic({ host: '${HOST}', port: Number(process.argv[1]), verify() {}, events });
console.log('connected');
setInterval(() => {}, 1_000);
`;

describe.skipIf(process.platform !== 'linux')('a QUIC client that vanished', () => {
  test('[QUIC-9] T6: holds up nobody else', async () => {
    const accepted: Connection[] = [];
    const accept = Peer.accept((peer) => accepted.push(peer.connection));
    const listener = await listenQuic({ hostname: HOST, port: 0, identity: await testIdentity(), accept });
    const doomed = Bun.spawn([process.execPath, '-e', DOOMED, String(listener.port)], {
      cwd: import.meta.dir,
      stdout: 'pipe',
      stderr: 'ignore',
    });
    await doomed.stdout.getReader().read();
    doomed.kill('SIGKILL');
    await doomed.exited;
    // The server goes on sending to it, meanwhile others come.
    const sending = setInterval(() => {
      for (const connection of accepted) connection.send(CHAT_LANE, testFrame(CHAT_LANE, 1));
    }, 5);
    const slow: number[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = performance.now();
      const events = Peer.accept(() => {});
      const connection = await dialQuic({ host: HOST, port: listener.port, verify: () => {}, events });
      const tookMs = performance.now() - before;
      if (tookMs > 2_000) slow.push(tookMs);
      connection.abort();
      await Bun.sleep(50);
    }
    clearInterval(sending);
    for (const connection of accepted) connection.abort();
    await listener.close();
    expect(slow).toEqual([]);
  }, 60_000);
});
