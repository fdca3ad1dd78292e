/** Pieces of an account's state as callers see them, and back. */
import type { RoomNumber, UserNumber } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import {
  NotificationLevel as WireLevel,
  type Profile as WireProfile,
  type Setting as WireSetting,
} from '@sotto/schema';
import type { Draft, NotificationLevel, Profile, Setting } from '../types.ts';
import { toDateOrNothing, toSequenceOrNothing } from './values.ts';

const LEVELS = {
  [WireLevel.UNSPECIFIED]: 'default',
  [WireLevel.ALL]: 'all',
  [WireLevel.MENTIONS]: 'mentions',
  [WireLevel.NOTHING]: 'nothing',
} as const;

const WIRE_LEVELS: Readonly<Record<NotificationLevel, WireLevel>> = {
  default: WireLevel.UNSPECIFIED,
  all: WireLevel.ALL,
  mentions: WireLevel.MENTIONS,
  nothing: WireLevel.NOTHING,
};

/** undefined for pieces that this build does not know. */
export function toSetting({ setting }: WireSetting): Setting | undefined {
  switch (setting.case) {
    case 'draft': {
      const { room, thread, replyTo, text } = setting.value;
      const draft: Draft = {
        room: room as RoomNumber,
        thread: toSequenceOrNothing(thread),
        replyTo: toSequenceOrNothing(replyTo),
        text,
      };
      return { kind: 'draft', draft };
    }
    case 'notifications': {
      const { room, level } = setting.value;
      return { kind: 'notifications', room: room as RoomNumber, level: LEVELS[level] ?? 'default' };
    }
    case 'block':
      return { kind: 'block', user: setting.value.user as UserNumber, blocked: setting.value.blocked };
    case 'doNotDisturb':
      return { kind: 'doNotDisturb', until: toDateOrNothing(setting.value.untilMs) };
    default:
      return undefined;
  }
}

type Fields = NonNullable<FrameFields<'setSetting'>['setting']>;

export function fromSetting(setting: Setting): Fields {
  switch (setting.kind) {
    case 'draft': {
      const { room, thread, replyTo, text } = setting.draft;
      const value = { room, thread: thread ?? 0, replyTo: replyTo ?? 0, text };
      return { setting: { case: 'draft', value } };
    }
    case 'notifications': {
      const { room, level } = setting;
      return { setting: { case: 'notifications', value: { room, level: WIRE_LEVELS[level] } } };
    }
    case 'block': {
      const { user, blocked } = setting;
      return { setting: { case: 'block', value: { user, blocked } } };
    }
    case 'doNotDisturb':
      return { setting: { case: 'doNotDisturb', value: { untilMs: setting.until?.getTime() ?? 0 } } };
  }
}

export function toProfile(profile: WireProfile): Profile {
  const { user, displayName, about, statusText, statusEmoji, statusUntilMs, timeZone } = profile;
  return {
    user: user as UserNumber,
    displayName,
    about,
    statusText,
    statusEmoji,
    statusUntil: toDateOrNothing(statusUntilMs),
    timeZone,
  };
}

export function fromProfile({
  statusUntil,
  ...profile
}: Profile): NonNullable<FrameFields<'setProfile'>['profile']> {
  return { ...profile, statusUntilMs: statusUntil?.getTime() ?? 0 };
}
