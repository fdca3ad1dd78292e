import { describe, expect, test } from 'bun:test';
import { LOBBY } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind, NotificationLevel, RoomKind } from '@sotto/schema';
import { BOB } from '../testing/fake-server.ts';
import { createWorld, follow, onlineClient, startClient, within } from '../testing/harness.ts';
import type { Message } from '../types.ts';

const draft = (text: string) => ({ setting: { case: 'draft', value: { room: LOBBY, text } } }) as const;
const level = (value: NotificationLevel) =>
  ({ setting: { case: 'notifications', value: { room: LOBBY, level: value } } }) as const;

async function settled() {
  const world = await createWorld();
  world.server.answer('setSetting', () => ({}));
  const client = await onlineClient(world);
  const seen = follow(client);
  await world.time.settle();
  return { ...world, client, seen, settings: client.account.settings };
}

describe('settings (M9)', () => {
  test('[SETTINGS-1] M9: they are there after login, all pages of them, and newer words of the inbox on top', async () => {
    const world = await createWorld();
    const { server } = world;
    server.settings = () => {
      const second = server.named('readSettings').at(-1)?.after === 'a';
      if (second) return { settings: [level(NotificationLevel.NOTHING)], asOf: 1 };
      server.note(EventKind.SETTING_CHANGED, { case: 'setting', value: draft('newer') });
      return { settings: [draft('first')], after: 'a', asOf: 0 };
    };
    const client = await onlineClient(world);
    const { settings } = client.account;
    await world.time.settle();
    expect(settings.drafts.get('lobby')?.text).toBe('newer');
    expect(settings.notificationLevel('lobby')).toBe('nothing');
    await client.close();
  });

  test('[SETTINGS-1] M9: what another device sets counts here and is told; what a new device missed is not told', async () => {
    const world = await createWorld();
    world.server.note(EventKind.SETTING_CHANGED, { case: 'setting', value: draft('old') });
    const client = await startClient(world);
    const seen = follow(client);
    await within(world.time, client.resume());
    await world.time.settle();
    expect(seen.kinds).not.toContain('settingChanged');
    const until = {
      setting: { case: 'doNotDisturb', value: { untilMs: world.time.now() + 5_000 } },
    } as const;
    world.server.note(EventKind.SETTING_CHANGED, { case: 'setting', value: until });
    await world.time.until(() => seen.kinds.includes('settingChanged'));
    expect(client.account.settings.doNotDisturbUntil).toBeDefined();
    await world.time.pass(6_000);
    expect(client.account.settings.doNotDisturbUntil).toBeUndefined();
    await client.close();
  });

  test('[SETTINGS-1] M9: what is refused is as before, and reading that fails fails no login', async () => {
    const world = await createWorld();
    world.server.trouble = ({ name }) =>
      name === 'readSettings' || name === 'setSetting' ? new SottoError(ErrorCode.INTERNAL) : undefined;
    const client = await onlineClient(world);
    const { settings } = client.account;
    const blocking = settings.block(BOB);
    expect(settings.isBlocked(BOB)).toBe(true);
    await expect(within(world.time, blocking)).rejects.toMatchObject({ code: ErrorCode.INTERNAL });
    expect(settings.blocked).toEqual([]);
    world.server.trouble = () => undefined;
    world.server.settings = () => ({ settings: [level(NotificationLevel.ALL)] });
    world.server.last.cut();
    await world.time.until(() => settings.notificationLevel('lobby') === 'all');
    await client.close();
  });

  test('[SETTINGS-1] M9: another account finds none of them', async () => {
    const { client, settings, time, store } = await settled();
    await within(time, settings.block(BOB));
    await within(time, client.logout());
    expect(settings.blocked).toEqual([]);
    expect((await store.load()).session).toBeUndefined();
  });

  test('[SETTINGS-2] M9: a draft is told once the typing rests, and removed by an empty one', async () => {
    const { server, client, time, settings } = await settled();
    for (const text of ['h', 'he', 'hel']) {
      settings.drafts.set('lobby', text);
      await time.pass(900);
    }
    expect(server.named('setSetting')).toHaveLength(0);
    expect(settings.drafts.list().map(({ text }) => text)).toEqual(['hel']);
    await time.pass(200);
    settings.drafts.set('lobby', '');
    expect(settings.drafts.get('lobby')).toBeUndefined();
    await time.pass(1_100);
    const told = server.named('setSetting').map(({ setting }) => setting?.setting.value);
    expect(told).toMatchObject([{ text: 'hel' }, { text: '' }]);
    settings.drafts.set('lobby', '');
    await time.pass(1_100);
    expect(server.named('setSetting')).toHaveLength(2);
    await client.close();
  });

  test('[SETTINGS-2] M9: closing tells what was typed a moment ago, and waits 2 s for that at most', async () => {
    for (const answers of [true, false]) {
      const { server, client, time, settings } = await settled();
      server.trouble = ({ name }) => (name === 'setSetting' && !answers ? 'silence' : undefined);
      settings.drafts.set('lobby', 'unsent');
      const before = time.now();
      await within(time, client.close());
      expect(server.named('setSetting')).toHaveLength(1);
      expect(time.now() - before).toBe(answers ? 0 : 2_000);
      expect(time.pending).toBe(0);
    }
  });

  test('[SETTINGS-2] M9: a draft that the server did not take stays, and is told again', async () => {
    const { server, client, time, settings } = await settled();
    server.trouble = ({ name }) =>
      name === 'setSetting' ? new SottoError(ErrorCode.RATE_LIMITED, '', 8_000) : undefined;
    settings.drafts.set('lobby', 'kept');
    await time.pass(1_500);
    expect(settings.drafts.get('lobby')?.text).toBe('kept');
    server.trouble = () => undefined;
    await time.pass(9_000);
    expect(server.named('setSetting')).toHaveLength(2);
    await client.close();
  });

  test('[SETTINGS-2] M9: of what was typed while no path came the newest stays, and is told', async () => {
    const { client, settings, server, time } = await settled();
    server.crash();
    for (const text of ['sent', 'half a thought']) {
      settings.drafts.set('lobby', text);
      await time.pass(1_500);
    }
    await time.pass(20_000);
    expect(settings.drafts.get('lobby')?.text).toBe('half a thought');
    server.up = true;
    await time.pass(60_000);
    expect(settings.drafts.get('lobby')?.text).toBe('half a thought');
    const told = server.named('setSetting').map(({ setting }) => setting?.setting.value);
    expect(told).toMatchObject([{ text: 'half a thought' }]);
    await client.close();
  });

  test('[SETTINGS-3] M9: what is announced follows from level, mention, block and do-not-disturb', async () => {
    const world = await createWorld();
    world.server.addRoom(5, RoomKind.DIRECT, '', [1, 2]);
    world.server.answer('setSetting', () => ({}));
    const client = await onlineClient(world);
    const seen = follow(client);
    const { settings } = client.account;
    for (const text of ['plain', 'hi @alice']) world.server.say(LOBBY, text);
    world.server.say(5, 'direct');
    world.server.say(LOBBY, 'my own @alice', 1);
    await world.time.until(() => seen.texts.length === 4);
    const messages: Message[] = seen.events.flatMap((event) =>
      event.kind === 'message' ? [event.message] : [],
    );
    const announced = () => messages.filter((each) => settings.notifies(each)).map(({ text }) => text);
    expect(announced().sort()).toEqual(['direct', 'hi @alice']);
    await within(world.time, settings.setNotificationLevel('lobby', 'all'));
    expect(announced().sort()).toEqual(['direct', 'hi @alice', 'plain']);
    await within(world.time, settings.setNotificationLevel('lobby', 'nothing'));
    expect(announced()).toEqual(['direct']);
    await within(world.time, settings.setDoNotDisturb(new Date(world.time.now() + 1_000)));
    expect(announced()).toEqual([]);
    await within(world.time, settings.setDoNotDisturb(undefined));
    await within(world.time, settings.block('bob'));
    expect(announced()).toEqual([]);
    await client.close();
  });
});
