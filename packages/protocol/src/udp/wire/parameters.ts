import {
  ACK_DELAY_MAX_MS,
  CONNECTION_CREDIT_BYTES,
  CONNECTION_IDS_MAX,
  LANE_CREDIT_BYTES,
  UDP_IDLE_TIMEOUT_MS,
  UDP_VERSIONS,
} from '../constants.ts';
import { malformed } from '../fault.ts';
import { ByteReader, ByteWriter, varintBytes } from './bytes.ts';

/** What each side tells the other at the beginning of its crypto lane [SHAKE-2] [SHAKE-4]. */
export interface Parameters {
  /** Those the sender has, best first, at least one [ADMIT-5]. */
  versions: readonly number[];
  connectionCredit: number;
  laneCredit: number;
  idleTimeoutMs: number;
  ackDelayMaxMs: number;
  /** How many connection IDs of the peer it keeps. */
  connectionIds: number;
}

type NumberName = 'connectionCredit' | 'laneCredit' | 'idleTimeoutMs' | 'ackDelayMaxMs' | 'connectionIds';

const VERSIONS_ID = 1;
const NUMBERS: readonly { id: number; name: NumberName; min: number; max: number }[] = [
  { id: 2, name: 'connectionCredit', min: 0, max: Number.MAX_SAFE_INTEGER },
  { id: 3, name: 'laneCredit', min: 0, max: Number.MAX_SAFE_INTEGER },
  { id: 4, name: 'idleTimeoutMs', min: 1_000, max: 3_600_000 },
  { id: 5, name: 'ackDelayMaxMs', min: 0, max: 1_000 },
  { id: 6, name: 'connectionIds', min: 2, max: Number.MAX_SAFE_INTEGER },
];
const VERSIONS_MAX = 64;

export const defaultParameters = (): Parameters => ({
  versions: UDP_VERSIONS,
  connectionCredit: CONNECTION_CREDIT_BYTES,
  laneCredit: LANE_CREDIT_BYTES,
  idleTimeoutMs: UDP_IDLE_TIMEOUT_MS,
  ackDelayMaxMs: ACK_DELAY_MAX_MS,
  connectionIds: CONNECTION_IDS_MAX,
});

/** Without the length before it [SHAKE-2]. */
export function encodeParameters(parameters: Parameters): Uint8Array {
  const { versions } = parameters;
  const versionsBytes = 4 * versions.length;
  const writer = new ByteWriter(new Uint8Array(3 + versionsBytes + 10 * NUMBERS.length));
  writer.varint(VERSIONS_ID);
  writer.varint(versionsBytes);
  for (const version of versions) writer.u32(version);
  for (const { id, name } of NUMBERS) {
    writer.varint(id);
    writer.varint(varintBytes(parameters[name]));
    writer.varint(parameters[name]);
  }
  return writer.written;
}

/** Throws UdpFault `malformed` [SHAKE-4]. The result shares no memory with `bytes`. */
export function decodeParameters(bytes: Uint8Array): Parameters {
  const reader = new ByteReader(bytes);
  const parameters = defaultParameters();
  const seen = new Set<number>();
  while (reader.remaining > 0) {
    const id = reader.varint();
    if (seen.has(id)) throw malformed(`parameter ${id} twice`);
    seen.add(id);
    readValue(parameters, id, reader.bytes(reader.varint()));
  }
  return parameters;
}

function readValue(parameters: Parameters, id: number, value: Uint8Array): void {
  if (id === VERSIONS_ID) {
    parameters.versions = readVersions(value);
  } else {
    const known = NUMBERS.find((number) => number.id === id);
    if (known !== undefined) parameters[known.name] = readNumber(known, value);
  }
}

function readVersions(value: Uint8Array): number[] {
  const count = value.length / 4;
  if (!Number.isInteger(count) || count < 1 || count > VERSIONS_MAX) throw malformed('no list of versions');
  const reader = new ByteReader(value);
  return Array.from({ length: count }, () => reader.u32());
}

function readNumber({ id, min, max }: { id: number; min: number; max: number }, value: Uint8Array): number {
  const reader = new ByteReader(value);
  const number = reader.varint();
  if (reader.remaining > 0 || number < min || number > max)
    throw malformed(`parameter ${id} is out of range`);
  return number;
}
