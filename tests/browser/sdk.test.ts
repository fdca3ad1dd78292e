/** The SDK in a real browser against the real server: C4, and what it stands on. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { needs } from '../services.ts';
import { load, programStarted, Visitor } from './support/visitor.ts';
import { openWorld, type World } from './support/world.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('the SDK in Chromium', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(chromium ?? '');
  });
  afterAll(() => world?.close());

  test('T15 C4 hello from a page: all but what a browser hides', async () => {
    const visitor = await world.visit('nobody');
    expect(await visitor.hello()).toMatchObject({
      transport: 'websocket',
      protocolVersion: 1,
      registration: 'open',
      fingerprint: '',
    });
    await visitor.page.close();
  });

  test('C4 A1 register, log in by OPAQUE, join a room, talk with a client on TLS', async () => {
    const { bob } = world;
    const alice = await world.visit('alice');
    await alice.join();
    await bob.send('tea', 'hello alice');
    await alice.heard('hello alice');
    expect(await alice.send('hello bob')).toMatchObject({ kind: 'sent' });
    expect(await world.bobHeard('hello bob')).toEqual(['hello alice', 'hello bob']);
    expect(await alice.heard('hello bob')).toEqual(['hello alice', 'hello bob']);
    await alice.page.close();
  });

  test('[FILES-1] [FILES-3] C4 F1: a file goes up from a page, and comes back', async () => {
    const carol = await world.visit('carol');
    await carol.join();
    const report = await carol.page.evaluate(async () => {
      const { client } = globalThis.person;
      const bytes = new Uint8Array(3_000_000).map((_, index) => (index * 7_919) >>> 3);
      const picture = new File([bytes], 'picture.bin', { type: 'image/png' });
      const { sequence } = await client.sendFile('tea', picture, { text: 'look' });
      const { stream, file, message } = await client.fetchFile('tea', sequence);
      const back = new Uint8Array(
        await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
      );
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return {
        text: message.text,
        name: file.name,
        mediaType: file.mediaType,
        isDigestRight:
          file.sha256 === Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
        isSame: back.length === bytes.length && back.every((byte, index) => byte === bytes[index]),
      };
    });
    expect(report).toEqual({
      text: 'look',
      name: 'picture.bin',
      mediaType: 'image/png',
      isDigestRight: true,
      isSame: true,
    });
    await world.bobHeard('look');
    await carol.page.close();
  });

  test('[RECONNECT-1] C4 T13: the server is killed; the page comes back by itself and misses nothing', async () => {
    const { bob } = world;
    const cleo = await world.visit('cleo');
    await cleo.join();
    await bob.send('tea', 'before');
    await cleo.heard('before');
    await world.kill();
    // Bob is back first: the page finds no WebSocket.
    await world.start('--only', 'tls');
    for (const text of ['missed 1', 'missed 2']) await bob.send('tea', text);
    await world.kill();
    await world.start();
    expect(await cleo.send('back')).toMatchObject({ kind: 'sent' });
    const all = ['before', 'missed 1', 'missed 2', 'back'];
    expect(await cleo.heard('back')).toEqual(all);
    const status = await cleo.page.evaluate(() => globalThis.person.client.status);
    expect(status).toMatchObject({ kind: 'online', resumed: true });
    expect(await world.bobHeard('back')).toEqual(all);
    await cleo.page.close();
  });

  test('[STORE-1] [SYNC-4] C4 T13: a page that was reloaded goes on with its session where it was', async () => {
    const { bob, friend } = world;
    const dora = await world.visit('dora');
    await dora.join();
    await bob.send('tea', 'seen');
    await dora.heard('seen');
    await dora.untilTaken();
    await dora.page.goto('about:blank');
    await bob.send('tea', 'while away');
    // Each time the page before may still hold the profile.
    for (let reload = 0; reload < 5; reload += 1) {
      await load(dora.page, friend.origin);
      await dora.arrive();
    }
    expect(await dora.resume()).toBe('dora');
    expect(await dora.heard('while away')).toEqual(['while away']);
    expect(await world.bobHeard('while away')).toEqual(['seen', 'while away']);
    await dora.page.close();
  });

  test('[OUTBOX-1] C4 M7: unsent messages outlive the page and the server', async () => {
    const emma = await world.visit('emma');
    await emma.join();
    await world.kill();
    const texts = ['kept 1', 'kept 2', 'kept 3'];
    await emma.page.evaluate((texts) => {
      for (const text of texts) globalThis.person.client.send('tea', text).catch(() => {});
    }, texts);
    await emma.untilUnsent(texts.length);
    await emma.page.reload();
    await programStarted(emma.page);
    await emma.arrive();
    expect(await emma.page.evaluate(() => globalThis.person.client.outboxSize)).toBe(texts.length);
    const resumed = emma.resume();
    await world.start();
    expect(await resumed).toBe('emma');
    expect(await emma.heard('kept 3')).toEqual(texts);
    expect(await world.bobHeard('kept 3')).toEqual(texts);
    await emma.untilUnsent(0);
    // It is told of it a moment after it is kept.
    await emma.page.waitForFunction((count) => globalThis.person.settled.length >= count, texts.length);
    expect(await emma.page.evaluate(() => globalThis.person.settled)).toEqual(['sent', 'sent', 'sent']);
    await emma.page.close();
  });

  test('[STORE-1] [STORE-2] [STORE-3] C4 IndexedDB keeps to the contract of stores', async () => {
    const { page } = await world.visit('nobody');
    const outcomes = await page.evaluate(() => globalThis.sotto.runCases());
    expect(outcomes.length).toBeGreaterThan(4);
    expect(outcomes).toEqual(outcomes.map(([title]) => [title, 'passed']));
    await page.close();
  });

  test('[STORE-5] C4 a profile is open in one tab at a time', async () => {
    const [first, second] = [await world.visit('twice'), await world.visit('twice')];
    await first.arrive();
    await expect(second.arrive()).rejects.toThrow('in use by another tab');
    await first.page.close();
    await second.arrive();
    await second.page.close();
  });

  test('[STORE-8] C4 T13: another tab takes the profile over and goes on; the one that had it says so and stops', async () => {
    const [first, second] = [await world.visit('mover'), await world.visit('mover')];
    await first.join();
    await first.send('from the first');
    await second.arrive(true);
    expect(await second.resume()).toBe('mover');
    await second.send('from the second');
    expect(await world.bobHeard('from the second')).toEqual(['from the first', 'from the second']);
    const ended = () =>
      first.page.evaluate(() => {
        const { status } = globalThis.person.client;
        return status.kind === 'stopped' ? status.reason?.name : status.kind;
      });
    await first.page.waitForFunction(() => globalThis.person.client.status.kind === 'stopped');
    expect(await ended()).toBe('ProfileTaken');
    // And back, as "use it here" does.
    await first.arrive(true);
    expect(await first.resume()).toBe('mover');
    await first.send('from the first again');
    await world.bobHeard('from the first again');
    await first.page.close();
    await second.page.close();
  });

  test('[STORE-8] C4: a tab that does not answer loses the profile all the same, and what it still writes is refused', async () => {
    const [first, second] = [await world.visit('asleep'), await world.visit('asleep')];
    const refusals = first.page.evaluate(() => globalThis.sotto.writesUnheard('asleep'));
    await first.page.waitForFunction(() => 'opened' in globalThis);
    await second.arrive(true);
    await first.page.evaluate(() => globalThis.sotto.wake());
    expect(await refusals).toEqual(['ProfileTaken', 'ProfileTaken']);
    await first.page.close();
    await second.page.close();
  });

  test('[STORE-9] C4 A9: nothing that a script can read in the profile signs for the device', async () => {
    const visitor = await world.visit('hider');
    await visitor.join();
    expect(await visitor.page.evaluate(() => globalThis.sotto.keyOf('hider'))).toEqual({
      bytes: [],
      extractable: false,
      exported: 'InvalidAccessError',
    });
    expect(await visitor.page.evaluate(() => globalThis.sotto.hidesOlderKey())).toEqual({
      samePublicKey: true,
      signs: true,
      bytes: [],
    });
    expect(await visitor.page.evaluate(() => globalThis.sotto.listProfiles())).toContain('hider');
    await visitor.page.close();
  });

  test('[WS-5] C4: a page from elsewhere is refused', async () => {
    const page = await world.newPage();
    const refusal = new Promise<string>((resolve) => {
      page.on('websocket', (socket) => socket.on('socketerror', resolve));
    });
    await load(page, world.stranger.origin);
    await expect(new Visitor(page, 'stranger', world.address).hello()).rejects.toThrow('cannot connect');
    expect(await refusal).toContain('403');
    await page.close();
  });

  test("[WS-5] C4: a page of the server's own connects to where it came from", async () => {
    const page = await world.newPage();
    // The answer to a path that the server does not know is a page of its origin as well.
    await page.goto(`https://${world.address}/nothing`);
    await page.addScriptTag({ content: world.script, type: 'module' });
    await programStarted(page);
    const report = await page.evaluate(() => globalThis.sotto.hello());
    expect(report).toMatchObject({ transport: 'websocket' });
    await page.close();
  });
});
