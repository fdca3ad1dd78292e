/** The SDK on Node.js against the real server. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatFingerprint, type SottoClient } from '@sotto/client/node';
import { INSTALL_TIMEOUT_MS, installNode, NODE_SUPPORTED, runNode } from '../network/node-runtime.ts';
import { hostTea } from '../scenarios/support/host.ts';
import { type ServerProcess, startServer } from '../scenarios/support/server.ts';

const TIMEOUT_MS = 60_000;
const PERSON = join(import.meta.dir, 'person.ts');

describe.skipIf(!NODE_SUPPORTED)('the SDK on Node.js', () => {
  let directory: string;
  let server: ServerProcess;
  /** On Bun; answers whoever comes into the room "tea". */
  let bob: SottoClient;

  async function answer(events: ReturnType<SottoClient['events']>): Promise<void> {
    for await (const event of events) {
      if (event.kind !== 'message' || event.message.mine) continue;
      await bob.send('tea', `hello ${event.message.sender.name}`);
    }
  }

  beforeAll(async () => {
    await installNode();
    directory = await mkdtemp(join(tmpdir(), 'sotto-node-'));
    server = await startServer({ directory: join(directory, 'data') });
    bob = await hostTea(server);
    void answer(bob.events());
  }, INSTALL_TIMEOUT_MS);

  afterAll(async () => {
    await bob?.close();
    await server?.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  test.each(['udp', 'tls', 'websocket'] as const)(
    'C4 T13 T15 T18 over %s: fingerprint, register, log in, talk; later the session goes on where it was',
    async (transport) => {
      if (server.trust.kind !== 'pin') throw new Error('the server has a certificate of its own');
      const fingerprint = formatFingerprint(server.trust.sha256);
      const name = `node-${transport}`;
      const profile = join(directory, name);
      const visit = async (last: string) => {
        const port = String(server.ports[transport]);
        return JSON.parse(await runNode(PERSON, transport, port, fingerprint, profile, name, last));
      };
      const facts = {
        fingerprint,
        transport,
        tls: 'TLSv1.3',
        refusal: 'ServerIdentityChanged',
        sent: 'sent',
      };
      const arrival = `${name} is here`;
      const greeting = `hello ${name}`;
      expect(await visit(greeting)).toEqual({ ...facts, resumed: null, heard: [arrival, greeting] });
      await bob.send('tea', 'while away');
      expect(await visit(greeting)).toEqual({
        ...facts,
        resumed: name,
        heard: ['while away', arrival, greeting],
      });
    },
    TIMEOUT_MS,
  );
});
