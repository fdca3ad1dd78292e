/** The emulator itself: what is measured over it means nothing unless it does what it says. */
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../../services.ts';
import { BURST_DATAGRAM_BYTES, BURST_PORT } from './burst.ts';
import { MeasuredPath } from './measured-path.ts';
import { classOf } from './names.ts';
import type { RunResult } from './orders.ts';
import { type ClassCounters, type DirectionSettings, EmulatedPath } from './path.ts';

const DATAGRAMS = 200;
const HEADERS_BYTES = 28;
const CHAT = { transports: ['tls'], messages: 5, intervalMs: 10 } as const;

setDefaultTimeout(30_000);

/** What became of datagrams that were sent in one go to nobody. */
async function burst(seed: number, settings: DirectionSettings): Promise<ClassCounters> {
  // Refusals by the far side do not come back: they would end the burst.
  await using path = await EmulatedPath.open(seed, { up: settings, down: { loss: 1 } });
  await path.start('near', join(import.meta.dir, 'burst.ts'), String(DATAGRAMS)).next();
  for (;;) {
    const found = (await path.counters()).up[`udp:${BURST_PORT}`];
    if (found?.packets === DATAGRAMS) return found;
    await Bun.sleep(5);
  }
}

describe.skipIf(needs('emulatedPath') === undefined)('an emulated path', () => {
  test('counts what is sent, and loses nothing unless told to', async () => {
    expect(await burst(1, {})).toEqual({
      packets: DATAGRAMS,
      bytes: DATAGRAMS * (BURST_DATAGRAM_BYTES + HEADERS_BYTES),
      blocked: 0,
      lost: 0,
      overflowed: 0,
      deliveredBytes: DATAGRAMS * (BURST_DATAGRAM_BYTES + HEADERS_BYTES),
    });
  });

  test('loses as many as its seed says, every time', async () => {
    const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => burst(seed, { loss: 0.3 })));
    expect(again).toEqual(first as ClassCounters);
    expect(other?.lost).not.toBe(first?.lost);
    for (const counters of [first, other]) expect(counters?.lost).toBeWithin(30, 90);
  });

  test('keeps what its queue holds, and drops the rest of a burst', async () => {
    const queueBytes = 50 * (BURST_DATAGRAM_BYTES + HEADERS_BYTES);
    // At this rate one datagram a second leaves.
    const counters = await burst(1, { rateMbps: 0.001, queueBytes });
    expect(counters.overflowed).toBeWithin(DATAGRAMS - 55, DATAGRAMS - 49);
  });

  test('delays each direction, and stops everything during a blackout', async () => {
    await using path = await MeasuredPath.open(1, { delayMs: 40, jitterMs: 5 });
    await path.connect(['tls']);
    const delayed = await path.run({ echo: { ...CHAT, patienceMs: 10_000 } });
    expect(delayed.echo.tls?.missing).toBe(0);
    // No packet is ever early; how late one is depends on the machine.
    expect(Math.min(...(delayed.echo.tls?.delaysMs ?? []))).toBeGreaterThanOrEqual(80);
    await path.setLoss(1);
    const lost = await path.run({ echo: { ...CHAT, patienceMs: 200 } });
    expect(lost.echo.tls?.missing).toBe(CHAT.messages);
    await path.setLoss(0);
    const after = await path.run({ echo: { ...CHAT, patienceMs: 10_000 } });
    expect(after.echo.tls?.missing).toBe(0);
  });

  test('blocks what it is told to in silence and counts it, until told otherwise', async () => {
    await using path = await EmulatedPath.open(1, {});
    await path.block('tcp', `udp:${BURST_PORT}`);
    await path.start('near', join(import.meta.dir, 'burst.ts'), String(DATAGRAMS)).next();
    const far = path.start('far', join(import.meta.dir, 'far.ts'));
    const near = path.start('near', join(import.meta.dir, 'near.ts'));
    await Promise.all([far.next(), near.next()]);
    // Another port of UDP is open.
    await near.ask({ connect: ['udp'] });
    const reached = near.ask({ connect: ['tls'] }).then(() => 'reached');
    expect(await Promise.race([reached, Bun.sleep(500)])).toBeUndefined();
    const { up } = await path.counters();
    expect(up[`udp:${BURST_PORT}`]).toMatchObject({
      packets: DATAGRAMS,
      blocked: DATAGRAMS,
      deliveredBytes: 0,
    });
    expect(up[classOf('tls')]?.blocked).toBeGreaterThan(0);
    expect(up[classOf('udp')]?.blocked).toBe(0);
    await path.block();
    expect(await reached).toBe('reached');
  });

  test.each(['10.99.0.7', '10.77.3.4'])(
    'moves the near side to %s, from where it reaches the far one',
    async (address) => {
      await using path = await EmulatedPath.open(1, {});
      const far = path.start('far', join(import.meta.dir, 'far.ts'));
      const near = path.start('near', join(import.meta.dir, 'near.ts'));
      await Promise.all([far.next(), near.next()]);
      await near.ask({ connect: ['tls'] });
      await path.moveNear(address);
      const echo = { ...CHAT, patienceMs: 300 };
      const before = await near.ask<RunResult>({ run: { echo } });
      expect(before.echo.tls?.missing).toBe(CHAT.messages);
      await near.ask({ connect: ['tls'] });
      const after = await near.ask<RunResult>({ run: { echo: { ...echo, patienceMs: 10_000 } } });
      expect(after.echo.tls?.missing).toBe(0);
    },
  );

  test('leaves nothing behind', async () => {
    const path = await EmulatedPath.open(1, {});
    const namespace = path.namespace('near');
    expect(existsSync(namespace)).toBe(true);
    await path.close();
    expect(existsSync(namespace)).toBe(false);
  });
});
