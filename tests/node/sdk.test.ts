/** The SDK on Node.js against the real server. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatFingerprint, type SottoClient } from '@sotto/client/node';
import { INSTALL_TIMEOUT_MS, installNode, NODE_SUPPORTED, runNode } from '../network/node-runtime.ts';
import { hostTea } from '../scenarios/support/host.ts';
import { type ServerProcess, startServer } from '../scenarios/support/server.ts';

const TIMEOUT_MS = 60_000;
const PERSON = join(import.meta.dir, 'person.ts');
const COURIER = join(import.meta.dir, 'courier.ts');

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

  test.each(['udp', 'websocket'] as const)(
    '[SAVE-1] [SAVE-6] C4 F1 over %s: a file of the disk is sent, and saved again',
    async (transport) => {
      if (server.trust.kind !== 'pin') throw new Error('the server has a certificate of its own');
      const port = String(server.ports[transport]);
      const home = join(directory, `courier-${transport}`);
      await mkdir(home);
      const text = Array.from({ length: 200_000 }, (_, line) => `line ${line}`).join('\n');
      await writeFile(join(home, 'sent.txt'), text);
      const name = `courier-${transport}`;
      const pin = formatFingerprint(server.trust.sha256);
      const report = JSON.parse(await runNode(COURIER, transport, port, pin, home, name));
      const path = join(home, 'downloads', name, 'sent.txt');
      expect(report).toEqual({
        paths: [path, join(home, 'downloads', name, 'sent (2).txt')],
        mediaType: 'text/plain',
        firstLine: 'line 0',
        progress: { phase: 'moving', doneBytes: text.length, totalBytes: text.length },
      });
      for (const saved of report.paths) expect(await readFile(saved, 'utf8')).toBe(text);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect((await readdir(join(home, 'downloads', name))).sort()).toEqual(['sent (2).txt', 'sent.txt']);
    },
    TIMEOUT_MS,
  );
});
