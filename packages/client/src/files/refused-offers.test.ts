import { expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { bytesOf, KIB } from '../testing/files.ts';
import { createWorld, failureOf, onlineClient } from '../testing/harness.ts';

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
