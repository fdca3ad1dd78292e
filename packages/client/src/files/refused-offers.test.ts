import { expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { LOBBY_STREAM } from '../testing/fake-server.ts';
import { bytesOf, KIB } from '../testing/files.ts';
import { createWorld, failureOf, onlineClient, within } from '../testing/harness.ts';

test('[FILES-9] names, captions and previews that no server takes are refused before anything is read', async () => {
  const world = await createWorld();
  const client = await onlineClient(world);
  const blob = new Blob([bytesOf(100 * KIB)]);
  const wrong = [
    { name: '' },
    { name: 'a\u0000b' },
    { name: 'x'.repeat(256) },
    { name: '\ud800' },
    { mediaType: 'text/plain; charset=utf-8' },
    { text: 'x'.repeat(17 * KIB) },
    { preview: { text: 'x'.repeat(2 * KIB) } },
    { preview: { thumbnail: bytesOf(100) } },
    { clientMessageId: 'none' },
  ];
  for (const details of wrong) {
    expect(await failureOf(client.sendFile(LOBBY, blob, details))).toBeInstanceOf(SottoError);
  }
  expect(world.server.named('startUpload')).toEqual([]);
  await client.close();
});

test('[FILES-8] [OUTBOX-5] likewise where what fails is kept: nothing of it stays behind', async () => {
  const world = await createWorld();
  const client = await onlineClient(world);
  let refusals = 1;
  const bytes = bytesOf(90 * KIB);
  world.server.trouble = ({ name }) => {
    if (name !== 'sendMessage' || refusals-- <= 0) return undefined;
    world.server.files.stored.clear();
    return new SottoError(ErrorCode.FILE_GONE);
  };
  const sent = client.sendFile(LOBBY, new Blob([bytes]), { keepFailed: true });
  expect((await within(world.time, sent)).kind).toBe('sent');
  expect(client.outbox.entries).toEqual([]);
  expect(world.server.events(LOBBY_STREAM)).toHaveLength(1);
  await client.close();
});
