/** Two devices of one account that send the same file at the same time. */
import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { bytesOf, KIB } from '../testing/files.ts';
import { createWorld, failureOf, onlineClient, within } from '../testing/harness.ts';

describe('an upload that another device took over (F1)', () => {
  test('[FILES-4] another device sends the same file: it is left to that for a while, and offered here as well', async () => {
    const world = await createWorld();
    const client = await onlineClient(world);
    world.server.delayMs = 20;
    const sending = client.sendFile(LOBBY, new Blob([bytesOf(500 * KIB)]));
    await world.time.until(() => world.server.files.uploadedBytes > 150 * KIB);
    const before = world.time.now();
    world.server.last.transfers.endAll(ErrorCode.TRANSFER_ELSEWHERE);
    expect((await within(world.time, sending)).kind).toBe('sent');
    expect(world.time.now() - before).toBeGreaterThanOrEqual(10_000);
    expect(world.server.named('startUpload').length).toBe(2);
    await client.close();
  });

  test('[FILES-4] devices that take the same upload from each other for ever do not: an error after some attempts', async () => {
    const world = await createWorld();
    world.server.trouble = ({ name }) =>
      name === 'finishUpload' ? new SottoError(ErrorCode.TRANSFER_ELSEWHERE) : undefined;
    const client = await onlineClient(world);
    const sending = within(world.time, client.sendFile(LOBBY, new Blob([bytesOf(100 * KIB)])));
    expect(await failureOf(sending)).toMatchObject({ code: ErrorCode.TRANSFER_ELSEWHERE });
    await client.close();
  });
});
