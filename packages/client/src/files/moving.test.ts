import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { sha256Of } from '../testing/fake-files.ts';
import { bytesOf, KIB, offered, progressLog, readAll } from '../testing/files.ts';
import { createWorld, FOUR_WAYS, startClient, within } from '../testing/harness.ts';

const SIZE = 2_000 * KIB;

async function clientOfFour() {
  const made = await createWorld();
  made.server.delayMs = 20;
  const client = await startClient(made, made.time, made.server.routes(...FOUR_WAYS));
  await within(made.time, client.resume());
  const { server } = made;
  let moves = 0;
  /** The path that is in use falls silent each time so much was moved. */
  server.files.onPiece = () => {
    const moved = Math.max(server.files.uploadedBytes, server.files.downloadedBytes);
    const [transport] = FOUR_WAYS.slice(moves);
    if (moves === 3 || moved < (moves + 1) * 400 * KIB || transport === undefined) return;
    moves += 1;
    server.path(transport).hold();
  };
  return { ...made, client, transports: () => client.paths.map(({ transport }) => transport) };
}

describe('files and transports (F1, T12, T17)', () => {
  test('[FILES-2] an upload goes on over udp, quic, tls and websocket', async () => {
    const { client, server, time, transports } = await clientOfFour();
    const bytes = bytesOf(SIZE);
    const log = progressLog();
    const sent = await within(time, client.sendFile(LOBBY, new Blob([bytes]), log));
    expect(sent.kind).toBe('sent');
    expect(transports()).toEqual([...FOUR_WAYS]);
    expect(server.files.stored.get(sha256Of(bytes).toHex())).toEqual(bytes);
    expect(server.files.uploadedBytes).toBeLessThanOrEqual(SIZE + 3 * 64 * KIB);
    await client.close();
  });

  test('[FILES-2] a download goes on over udp, quic, tls and websocket', async () => {
    const { client, server, time, transports } = await clientOfFour();
    const bytes = bytesOf(SIZE);
    const { stream } = await within(time, client.fetchFile(LOBBY, offered(server, bytes)));
    expect(await within(time, readAll(stream))).toEqual(bytes);
    expect(transports()).toEqual([...FOUR_WAYS]);
    await client.close();
  });
});
