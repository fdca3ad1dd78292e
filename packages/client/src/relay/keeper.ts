/**
 * What the page of `sotto open` asks of the relay that keeps its profile, as JSON over a WebSocket of its own: each
 * request with an id, each answer with that of its request [RELAY-6].
 */
import type { Record } from '../stores/records.ts';
import { readRecord } from './read-record.ts';

export type KeeperRequest =
  /** Begins: one window at a time has the profile. `take` ends the one that has it. */
  | { kind: 'open'; take: boolean }
  | { kind: 'save'; record: Record }
  /** The public half of the device's key, base64url. */
  | { kind: 'key' }
  /** `bytes` are a proof for a connection of this relay, base64url; so is the answer. */
  | { kind: 'sign'; bytes: string }
  /** A person has compared this fingerprint, which the relay had shown. */
  | { kind: 'trust'; fingerprint: string };

export interface KeeperAnswers {
  open: OpenedProfile;
  save: null;
  key: string;
  sign: string;
  trust: null;
}

export interface OpenedProfile {
  /** What an empty store becomes this one by; no key, and no token that a server knows. */
  records: readonly Record[];
  server: { name: string; host: string; ports: Readonly<{ [transport: string]: number }> };
}

export type KeeperAnswer =
  | { id: number; ok: true; value: KeeperAnswers[KeeperRequest['kind']] }
  | { id: number; ok: false; reason: 'inUse' | 'refused' | 'failed'; message: string };

/** An offer of a file inside a message is the longest thing that is kept. */
export const KEEPER_MAX_LENGTH = 512 * 1024;
/** Another window has taken the profile: the status that the WebSocket closes with. */
export const STATUS_TAKEN = 4001;

/** undefined for any text that is none. */
export function readRequest(text: string): { id: number; request: KeeperRequest } | undefined {
  if (text.length > KEEPER_MAX_LENGTH) return undefined;
  try {
    const value = JSON.parse(text) as { [key: string]: unknown } | null;
    const { id } = value ?? {};
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || value === null) return undefined;
    const request = requestIn(value);
    return request && { id, request };
  } catch {
    return undefined;
  }
}

function requestIn(value: { [key: string]: unknown }): KeeperRequest | undefined {
  const { kind, take, bytes, fingerprint } = value;
  switch (kind) {
    case 'open':
      return typeof take === 'boolean' ? { kind, take } : undefined;
    case 'save': {
      const record = readRecord(value.record);
      return record && { kind, record };
    }
    case 'key':
      return { kind };
    case 'sign':
      return typeof bytes === 'string' ? { kind, bytes } : undefined;
    case 'trust':
      return typeof fingerprint === 'string' ? { kind, fingerprint } : undefined;
    default:
      return undefined;
  }
}
