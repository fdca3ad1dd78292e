import { describe, expect, test } from 'bun:test';
import { LOBBY, type Sequence } from '@sotto/model';
import { ErrorCode, EventKind, RoomKind } from '@sotto/schema';
import { sha256Of } from '../testing/fake-files.ts';
import { ALICE, BOB } from '../testing/fake-server.ts';
import { bytesOf } from '../testing/files.ts';
import { createWorld, failureOf, follow, onlineClient, within } from '../testing/harness.ts';

const refused = (code: ErrorCode) => ({ name: 'SottoError', code });

describe('offers of files (F1)', () => {
  test('[FILES-11] a file, and the answer to it, are told as they happen, in history and in views', async () => {
    const world = await createWorld();
    const { server, time } = world;
    const room = server.addRoom(9, RoomKind.DIRECT, '', [ALICE, BOB]);
    const bytes = bytesOf(10);
    const value = {
      sha256: new Uint8Array(32),
      size: bytes.length,
      name: 'a.txt',
      inline: bytes,
      text: 'see',
    };
    const client = await onlineClient(world);
    const seen = follow(client);
    const { sequence } = server.happen(room, EventKind.MESSAGE, BOB, { case: 'file', value });
    server.happen(room, EventKind.FILE_ACCEPTED, ALICE, undefined, { relatesTo: sequence });
    await time.until(() => seen.kinds.includes('fileAnswered'));
    const message = { text: 'see', file: { name: 'a.txt', sizeBytes: 10, inline: true, answer: undefined } };
    const answered = { kind: 'fileAnswered', answer: 'accepted', target: sequence, by: { name: 'alice' } };
    const told = seen.events.filter(({ kind }) => kind === 'message' || kind === 'fileAnswered');
    expect(told).toMatchObject([{ kind: 'message', message }, answered]);
    expect(await within(time, client.history(room))).toMatchObject([{ kind: 'message', message }, answered]);
    const { messages } = await within(time, client.messages(room));
    expect(messages).toMatchObject([{ text: 'see', file: { name: 'a.txt', answer: 'accepted' } }]);
    await client.close();
  });

  test.each([
    ['a name without end', { name: 'x'.repeat(60_000) }],
    ['a name that is none', { name: '\u0007' }],
    ['a size that is none', { size: -1 }],
    ['half a digest', { sha256: new Uint8Array(5) }],
    ['bytes of another size', { inline: bytesOf(11) }],
  ])(
    '[FILES-11] an offer with %s is a message without a file, and nothing is fetched',
    async (_what, wrong) => {
      const world = await createWorld();
      const client = await onlineClient(world);
      const value = {
        sha256: new Uint8Array(32),
        size: 10,
        name: 'a',
        inline: bytesOf(10),
        text: 'see',
        ...wrong,
      };
      const { sequence } = world.server.happen(LOBBY, EventKind.MESSAGE, BOB, { case: 'file', value });
      const [event] = await within(world.time, client.history(LOBBY));
      expect(event).toMatchObject({ kind: 'message', message: { file: undefined, text: undefined } });
      const { messages } = await within(world.time, client.messages(LOBBY));
      expect(messages).toMatchObject([{ file: undefined, text: undefined }]);
      const fetching = within(world.time, client.fetchFile(LOBBY, sequence as Sequence));
      expect(await failureOf(fetching)).toMatchObject(refused(ErrorCode.FILE_GONE));
      await client.close();
    },
  );

  test('[FILES-11] a file that was declined is gone, also where it was in the message', async () => {
    const world = await createWorld();
    const room = world.server.addRoom(9, RoomKind.DIRECT, '', [ALICE, BOB]);
    const value = { sha256: sha256Of(bytesOf(10)), size: 10, name: 'a', inline: bytesOf(10) };
    const client = await onlineClient(world);
    const { sequence } = world.server.happen(room, EventKind.MESSAGE, BOB, { case: 'file', value });
    world.server.happen(room, EventKind.FILE_DECLINED, ALICE, undefined, { relatesTo: sequence });
    const fetching = within(world.time, client.fetchFile(room, sequence as Sequence));
    expect(await failureOf(fetching)).toMatchObject(refused(ErrorCode.FILE_GONE));
    await client.close();
  });

  test('[FILES-11] a caption that names this account is a mention, and counts as one', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    const seen = follow(client);
    const value = {
      sha256: sha256Of(bytesOf(10)),
      size: 10,
      name: 'a',
      inline: bytesOf(10),
      text: '@alice look',
    };
    world.server.happen(LOBBY, EventKind.MESSAGE, BOB, { case: 'file', value });
    await world.time.until(() => seen.kinds.includes('unread'));
    expect(seen.events.find(({ kind }) => kind === 'message')).toMatchObject({
      message: { mentionsMe: true },
    });
    expect(seen.events.find(({ kind }) => kind === 'unread')).toMatchObject({ unread: 1, mentions: 1 });
    await client.close();
  });

  test('[FILES-11] accepting, declining, links and usage are asked of the server', async () => {
    const world = await createWorld();
    const { server, time } = world;
    server.answer('changeMessage', () => ({ room: LOBBY, sequence: 2, timeMs: 1 }));
    server.answer('createFileLink', () => ({ path: '/files/abc', expiresMs: 5_000 }));
    server.answer('readFileUsage', () => ({ used: 7, accountMax: 100, fileMax: 0 }));
    const client = await onlineClient(world);
    const one = 1 as Sequence;
    await within(time, client.acceptFile(LOBBY, one));
    await within(time, client.declineFile(LOBBY, one));
    const changes = server.named('changeMessage').map(({ change }) => change);
    expect(changes).toEqual([
      { case: 'acceptFile', value: true },
      { case: 'acceptFile', value: false },
    ]);
    const link = await within(time, client.fileLink(LOBBY, one));
    expect(link).toEqual({ path: '/files/abc', url: undefined, expiresAt: new Date(5_000) });
    for (const path of [
      'javascript:alert(1)',
      '//elsewhere.example/files/a',
      '/files/a\n',
      '/files/../a',
      '',
    ]) {
      server.answer('createFileLink', () => ({ path, expiresMs: 5_000 }));
      const linking = within(time, client.fileLink(LOBBY, one));
      expect(await failureOf(linking)).toMatchObject(refused(ErrorCode.MALFORMED_FRAME));
    }
    const usage = await within(time, client.fileUsage());
    expect(usage).toEqual({ usedBytes: 7, accountMaxBytes: 100, fileMaxBytes: undefined });
    await client.close();
  });
});
