/** Pieces of an account's state that its devices share [TEXT-6]: what identifies one, and which are accepted. */
import { NotificationLevel, type Setting } from '@sotto/schema';
import { MESSAGE_MAX_BYTES } from './limits.ts';
import { isTimeMs } from './times.ts';

export type SettingReading =
  /** `removes`: it says what holds without it, so nothing of that key needs to be kept. */
  { kind: 'valid'; key: string; removes: boolean } | { kind: 'invalid'; reason: string };

/** A setting replaces the earlier one of its key; undefined for one that is empty, or of a kind this build does not know. */
export function settingKey({ setting }: Pick<Setting, 'setting'>): string | undefined {
  switch (setting.case) {
    case 'draft':
      return `draft:${setting.value.room}:${setting.value.thread}`;
    case 'notifications':
      return `notify:${setting.value.room}`;
    case 'block':
      return `block:${setting.value.user}`;
    case 'doNotDisturb':
      return 'dnd';
    case undefined:
      return undefined;
  }
}

/** Whether the room or user is there is not asked here. */
export function checkSetting(setting: Pick<Setting, 'setting'>): SettingReading {
  const key = settingKey(setting);
  const reason = fault(setting);
  if (key === undefined || reason !== undefined) return { kind: 'invalid', reason: reason ?? 'no setting' };
  return { kind: 'valid', key, removes: saysNothing(setting) };
}

function fault({ setting }: Pick<Setting, 'setting'>): string | undefined {
  switch (setting.case) {
    case 'draft':
      return setting.value.room === 0 ? 'no room' : faultOfDraft(setting.value.text);
    case 'notifications':
      if (setting.value.room === 0) return 'no room';
      return NotificationLevel[setting.value.level] === undefined ? 'no such level' : undefined;
    case 'block':
      return setting.value.user === 0 ? 'no user' : undefined;
    case 'doNotDisturb':
      return isTimeMs(setting.value.untilMs) ? undefined : 'ends at no time';
    case undefined:
      return 'no setting';
  }
}

function faultOfDraft(text: string): string | undefined {
  if (!text.isWellFormed()) return 'not valid Unicode';
  const bytes = text.length > MESSAGE_MAX_BYTES ? text.length : new TextEncoder().encode(text).length;
  return bytes > MESSAGE_MAX_BYTES ? `longer than ${MESSAGE_MAX_BYTES} bytes` : undefined;
}

function saysNothing({ setting }: Pick<Setting, 'setting'>): boolean {
  switch (setting.case) {
    case 'draft':
      return setting.value.text === '';
    case 'notifications':
      return setting.value.level === NotificationLevel.UNSPECIFIED;
    case 'block':
      return !setting.value.blocked;
    case 'doNotDisturb':
      return setting.value.untilMs === 0;
    case undefined:
      return true;
  }
}
