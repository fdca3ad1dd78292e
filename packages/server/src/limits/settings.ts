/** Limits as the configuration has them: `20/s:200`, twenty a second and two hundred at once. */
import type { SettingName } from '../config-settings.ts';
import { fail, type Given, parseChoice } from '../config-values.ts';
import type { Rate } from './buckets.ts';

/** A limit that is undefined is off. */
export interface LimitSettings {
  accountMessages: Rate | undefined;
  /** Of messages, as are all bytes here. */
  accountBytes: Rate | undefined;
  /** Everything else that is asked for. */
  accountRequests: Rate | undefined;
  sourceMessages: Rate | undefined;
  sourceBytes: Rate | undefined;
  roomMessages: Rate | undefined;
  roomBytes: Rate | undefined;
  /** Connections that have not logged in, at a time. */
  sourceConnections: number | undefined;
}

/** One of them, as administrators read it. */
export interface LimitView {
  /** As in what was refused. */
  limit: string;
  /** 0 where `most` is how many there may be at a time. */
  perSecond: number;
  most: number;
}

/** Those that are on. */
export function viewLimits(settings: LimitSettings | undefined): readonly LimitView[] {
  if (settings === undefined) return [];
  const { sourceConnections: connections, ...rates } = settings;
  const views = (Object.keys(LIMIT_NAMES) as (keyof typeof LIMIT_NAMES)[]).flatMap((name): LimitView[] => {
    const rate = rates[name];
    if (rate === undefined) return [];
    return [{ limit: LIMIT_NAMES[name], perSecond: rate.perSecond, most: rate.burst }];
  });
  return connections === undefined
    ? views
    : [...views, { limit: 'source connections', perSecond: 0, most: connections }];
}

/** What refusals call them. */
export const LIMIT_NAMES = {
  accountMessages: 'account messages',
  accountBytes: 'account bytes',
  accountRequests: 'account requests',
  sourceMessages: 'source messages',
  sourceBytes: 'source bytes',
  roomMessages: 'room messages',
  roomBytes: 'room bytes',
} as const satisfies Record<Exclude<keyof LimitSettings, 'sourceConnections'>, string>;

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2 };
const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60 };
const RATE = /^(\d{1,9}(?:\.\d{1,3})?)([KM]?)\/(s|min):(\d{1,9})([KM]?)$/;
const COUNT = /^[1-9]\d{0,6}$/;
const OFF = 'off';

/** Undefined when all are off. */
export function readLimits(given: (name: SettingName) => Given): LimitSettings | undefined {
  const limits: LimitSettings = {
    accountMessages: parseRate(given('limitAccountMessages')),
    accountBytes: parseRate(given('limitAccountBytes')),
    accountRequests: parseRate(given('limitAccountRequests')),
    sourceMessages: parseRate(given('limitSourceMessages')),
    sourceBytes: parseRate(given('limitSourceBytes')),
    roomMessages: parseRate(given('limitRoomMessages')),
    roomBytes: parseRate(given('limitRoomBytes')),
    sourceConnections: parseCount(given('limitSourceConnections')),
  };
  return parseChoice(given('limits'), ['on', OFF]) === OFF ? undefined : limits;
}

function parseRate(given: Given): Rate | undefined {
  if (given.text === OFF) return undefined;
  const [, amount = '', unit = '', time = '', burst = '', burstUnit = ''] = RATE.exec(given.text) ?? [];
  const perSecond = (Number(amount) * (UNITS[unit] ?? 1)) / (SECONDS[time] ?? 1);
  const most = Number(burst) * (UNITS[burstUnit] ?? 1);
  return perSecond > 0 && most > 0
    ? { perSecond, burst: most }
    : fail(given, 'is no limit', 'write it like 20/s:200, 30/min:10 or 256K/s:4M, or off');
}

function parseCount(given: Given): number | undefined {
  if (given.text === OFF) return undefined;
  return COUNT.test(given.text)
    ? Number(given.text)
    : fail(given, 'is no number of connections', 'use one from 1 to 9999999, or off');
}
