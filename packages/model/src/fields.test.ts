import { describe, expect, test } from 'bun:test';
import { create } from '@bufbuild/protobuf';
import {
  HistoryAccess,
  NotificationLevel,
  RoomKind,
  RoomSettingsSchema,
  type Setting,
  SettingSchema,
} from '@sotto/schema';
import fc from 'fast-check';
import { readDisplayName } from './display-name.ts';
import { MESSAGE_MAX_BYTES } from './limits.ts';
import { type LineReading, readLine } from './lines.ts';
import { displayNameSkeleton, nameSkeleton } from './names-skeleton.ts';
import { checkProfile, type ProfileFields, readTimeZone } from './profile.ts';
import { checkReason, checkRoomSettings, checkTopic } from './room-settings.ts';
import { checkSetting, settingKey } from './settings.ts';

const textOf = (reading: LineReading) => (reading.kind === 'valid' ? reading.text : undefined);
const reasonOf = (reading: { kind: string; reason?: string }) => reading.reason ?? '';
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc
    .array(
      fc.constantFrom('a', ' ', '\n', '\u200D', '\u202E', '\uFE0F', '👍', '👩‍👧', '\u0301', '\u200B', '\t'),
    )
    .map((all) => all.join('')),
);

describe('[TEXT-4] M10: lines that people see', () => {
  test.each([
    ['', ''],
    ['  Hello,  world  ', 'Hello,  world'],
    ['Zoe\u0308', 'Zo\u00EB'],
    ['شكرا 👩‍👩‍👧 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'شكرا 👩‍👩‍👧 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['می\u200Cخواهم', 'می\u200Cخواهم'],
  ])('%j is read as %j', (written, text) => expect(textOf(checkTopic(written))).toBe(text));

  test.each([
    ['a\nb', 'U+000A'],
    ['a\u001B[31m', 'U+001B'],
    ['a\u202Eb', 'U+202E'],
    ['a\u2066b', 'U+2066'],
    ['a\u200Fb', 'U+200F'],
    ['a\u2028b', 'U+2028'],
    ['a\u200Bb', 'U+200B'],
    ['a\u00ADb', 'U+00AD'],
    ['a\u{E0041}b', 'U+E0041'],
    ['a\u200D\u200Db', 'U+200D'],
    ['a\uE000', 'U+E000'],
    ['a\uFFFF', 'U+FFFF'],
    ['a\uD800', 'Unicode'],
    [`a${'\u0334'.repeat(5)}`, 'combining'],
    ['x'.repeat(251), '250'],
    ['x'.repeat(100_000), '250'],
  ])('%j is refused', (written, reason) => expect(reasonOf(checkTopic(written))).toContain(reason));

  test('limits are in characters, not in units or bytes', () => {
    expect(textOf(checkTopic('👍'.repeat(250)))).toHaveLength(500);
    expect(reasonOf(checkTopic('👍'.repeat(251)))).toContain('250');
    expect(textOf(checkReason('x'.repeat(200)))).toHaveLength(200);
    expect(reasonOf(checkReason('x'.repeat(201)))).toContain('200');
  });

  test('reading what was read changes nothing, and nothing dangerous passes', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('one' as const, 'many' as const), (written, lines) => {
        const rule = { maxCharacters: 20, lines };
        const reading = readLine(written, rule);
        if (reading.kind === 'invalid') return expect(reading.reason).not.toMatch(/[\p{C}\p{Bidi_Control}]/u);
        expect(readLine(reading.text, rule)).toEqual(reading);
        expect(lines === 'many' ? reading.text.replaceAll('\n', '') : reading.text).not.toMatch(
          /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u,
        );
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('[TEXT-5] A5: profiles', () => {
  const EMPTY: ProfileFields = {
    displayName: '',
    about: '',
    statusText: '',
    statusEmoji: '',
    timeZone: '',
    statusUntilMs: 0,
  };
  const check = (fields: Partial<ProfileFields>) => checkProfile({ ...EMPTY, ...fields });

  test('each field may be empty; what is not is normalised', () => {
    expect(check({})).toEqual({ kind: 'valid', profile: EMPTY });
    const full = {
      displayName: ' Alice\u00A0 Liddell ',
      about: 'Line one\r\nline two\n',
      statusText: ' on holiday ',
      statusEmoji: '☀',
      timeZone: 'europe/berlin',
      statusUntilMs: 1.5e12,
    };
    expect(check(full)).toEqual({
      kind: 'valid',
      profile: {
        displayName: 'Alice Liddell',
        about: 'Line one\nline two',
        statusText: 'on holiday',
        statusEmoji: '☀\uFE0F',
        timeZone: 'Europe/Berlin',
        statusUntilMs: 1.5e12,
      },
    });
  });

  test.each<[Partial<ProfileFields>, string]>([
    [{ displayName: 'a\u202Eb' }, 'display name: U+202E'],
    [{ displayName: 'x'.repeat(65) }, 'display name: longer than 64'],
    [{ about: 'a\u0007' }, 'about: U+0007'],
    [{ about: 'x'.repeat(501) }, 'about: longer than 500'],
    [{ statusText: 'a\nb' }, 'status: U+000A'],
    [{ statusText: 'x'.repeat(101) }, 'status: longer than 100'],
    [{ statusEmoji: 'ok' }, 'status emoji'],
    [{ timeZone: 'Mars/Olympus' }, 'time zone'],
    [{ statusUntilMs: -1 }, 'status: ends at no time'],
    [{ statusUntilMs: Number.NaN }, 'status: ends at no time'],
    [{ statusUntilMs: Number.POSITIVE_INFINITY }, 'status: ends at no time'],
  ])('%j is refused', (fields, reason) => expect(reasonOf(check(fields))).toContain(reason));

  test.each(['UTC', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata', 'Etc/GMT+5'])(
    '%s is a time zone',
    (zone) => expect(readTimeZone(zone).kind).toBe('valid'),
  );
  test.each(['+01:00', '', 'Europe', '../etc/passwd', 'x'.repeat(10_000), 'Europe/Berlin\u202E'])(
    '%j is none',
    (zone) => expect(readTimeZone(zone).kind).toBe('invalid'),
  );

  test.each(['\u200D', 'a\u200Db', '...', '👍', ' ', 'ali\u200Bce', 'a\tb'])(
    '%j is no display name',
    (name) => expect(readDisplayName(name).kind).toBe('invalid'),
  );

  test('a display name reads the same again, and looks like the name it looks like', () => {
    fc.assert(
      fc.property(anyText, (written) => {
        const text = textOf(readDisplayName(written));
        if (text !== undefined) expect(textOf(readDisplayName(text))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
    expect(textOf(readDisplayName('Dr. 👩‍🔬 Curie'))).toBe('Dr. 👩‍🔬 Curie');
    expect(displayNameSkeleton('A l ice')).toBe(nameSkeleton('alice'));
    expect(displayNameSkeleton('Аlice')).toBe(nameSkeleton('alice'));
    expect(displayNameSkeleton('Ａ lice')).toBe(nameSkeleton('Alice'));
    expect(displayNameSkeleton('Alice L')).not.toBe(nameSkeleton('alice'));
  });
});

describe('[TEXT-6] M9: settings of an account', () => {
  const setting = (of: Setting['setting']) => create(SettingSchema, { setting: of });
  const draft = (text: string, room = 12) =>
    create(SettingSchema, { setting: { case: 'draft', value: { room, thread: 3, replyTo: 4, text } } });
  const notify = (level: NotificationLevel, room = 12) =>
    create(SettingSchema, { setting: { case: 'notifications', value: { room, level } } });
  const block = (user: number, blocked: boolean) =>
    create(SettingSchema, { setting: { case: 'block', value: { user, blocked } } });
  const quiet = (untilMs: number) =>
    create(SettingSchema, { setting: { case: 'doNotDisturb', value: { untilMs } } });

  test.each<[Setting, string, boolean]>([
    [draft('hi'), 'draft:12:3', false],
    [draft(''), 'draft:12:3', true],
    [draft('é'.repeat(MESSAGE_MAX_BYTES / 2)), 'draft:12:3', false],
    [notify(NotificationLevel.NOTHING), 'notify:12', false],
    [notify(NotificationLevel.UNSPECIFIED), 'notify:12', true],
    [block(7, true), 'block:7', false],
    [block(7, false), 'block:7', true],
    [quiet(1.5e12), 'dnd', false],
    [quiet(0), 'dnd', true],
  ])('setting %# has its key', (of, key, removes) => {
    expect(checkSetting(of)).toEqual({ kind: 'valid', key, removes });
    expect(settingKey(of)).toBe(key);
  });

  test.each<[Setting, string]>([
    [setting({ case: undefined }), 'no setting'],
    [draft('hi', 0), 'no room'],
    [draft('x'.repeat(MESSAGE_MAX_BYTES + 1)), 'longer'],
    [draft('é'.repeat(MESSAGE_MAX_BYTES / 2 + 1)), 'longer'],
    [draft('\uD800'), 'Unicode'],
    [notify(NotificationLevel.ALL, 0), 'no room'],
    [notify(99 as NotificationLevel), 'no such level'],
    [block(0, true), 'no user'],
    [quiet(-1), 'no time'],
    [quiet(Number.NaN), 'no time'],
    [quiet(1e300), 'no time'],
  ])('setting %# is refused', (of, reason) => expect(reasonOf(checkSetting(of))).toContain(reason));
});

describe('[TEXT-7] M10: settings of a room', () => {
  const check = (fields: Parameters<typeof checkRoomSettings>[0]) => checkRoomSettings(fields);

  test('only what is there is checked and given back, normalised', () => {
    expect(check({})).toEqual({ kind: 'valid', settings: {} });
    expect(check(create(RoomSettingsSchema, { archived: false }))).toEqual({
      kind: 'valid',
      settings: { archived: false },
    });
    const all = {
      topic: ' cats ',
      name: 'Ｃats',
      kind: RoomKind.ANNOUNCEMENT,
      slowModeSeconds: 21_600,
      retentionDays: 10_000,
      archived: true,
      history: HistoryAccess.ALL,
    };
    expect(check(all)).toEqual({ kind: 'valid', settings: { ...all, topic: 'cats', name: 'Cats' } });
  });

  test.each<[Parameters<typeof checkRoomSettings>[0], string]>([
    [{ topic: 'a\nb' }, 'topic'],
    [{ name: 'a b' }, 'name'],
    [{ kind: RoomKind.LOBBY }, 'kind'],
    [{ kind: RoomKind.DIRECT }, 'kind'],
    [{ kind: RoomKind.UNSPECIFIED }, 'kind'],
    [{ kind: 77 as RoomKind }, 'kind'],
    [{ slowModeSeconds: 21_601 }, 'slow mode'],
    [{ retentionDays: 10_001 }, 'retention'],
    [{ history: HistoryAccess.UNSPECIFIED }, 'history'],
    [{ history: 9 as HistoryAccess }, 'history'],
  ])('%j is refused', (fields, reason) => expect(reasonOf(check(fields))).toStartWith(`${reason}:`));
});
