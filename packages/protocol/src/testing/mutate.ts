/** Random messages and damaged bytes for tests of decoders; the same seed gives the same ones. */
import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';

/** A number from 0 (included) to `below`. */
export type RandomNumber = (below: number) => number;

/** Mulberry32. */
export function seeded(seed: number): RandomNumber {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** `bytes` with up to four places damaged: a bit flipped, a byte put in or taken out, the end cut off or grown. */
export function mutate(bytes: Uint8Array, random: RandomNumber): Uint8Array {
  let damaged = bytes;
  for (let count = 1 + random(4); count > 0; count--) {
    const at = random(damaged.length + 1);
    switch (random(5)) {
      case 0:
        damaged = damaged.slice();
        damaged[at] = (damaged[at] ?? 0) ^ (1 << random(8));
        break;
      case 1:
        damaged = joined(damaged.subarray(0, at), Uint8Array.of(random(256)), damaged.subarray(at));
        break;
      case 2:
        damaged = joined(damaged.subarray(0, at), damaged.subarray(at + 1 + random(4)));
        break;
      case 3:
        damaged = damaged.subarray(0, at);
        break;
      default:
        damaged = joined(
          damaged,
          Uint8Array.from({ length: 1 + random(12) }, () => random(256)),
        );
    }
  }
  return damaged;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A message with random fields set. */
export function sampleMessage(schema: DescMessage, random: RandomNumber): Message {
  const message = reflect(schema, create(schema));
  for (const field of schema.fields) {
    if (random(3) === 0) continue;
    switch (field.fieldKind) {
      case 'scalar':
        message.set(field, sampleScalar(field.scalar, random));
        break;
      case 'enum':
        message.set(field, field.enum.values[random(field.enum.values.length)]?.number ?? 0);
        break;
      case 'message':
        message.set(field, reflect(field.message, sampleMessage(field.message, random)));
        break;
      case 'list':
        for (let count = random(3); count > 0; count--) addItem(message, field, random);
        break;
      case 'map':
        throw new Error(`no sample for the map ${field.name}`);
    }
  }
  return message.message;
}

function addItem(
  message: ReflectMessage,
  field: DescField & { fieldKind: 'list' },
  random: RandomNumber,
): void {
  const list = message.get(field);
  switch (field.listKind) {
    case 'scalar':
      list.add(sampleScalar(field.scalar, random));
      break;
    case 'message':
      list.add(reflect(field.message, sampleMessage(field.message, random)));
      break;
    case 'enum':
      list.add(field.enum.values[random(field.enum.values.length)]?.number ?? 0);
      break;
  }
}

function sampleScalar(type: ScalarType, random: RandomNumber): string | number | boolean | Uint8Array {
  switch (type) {
    case ScalarType.STRING:
      return ['', 'alice', 'żółw', '\u0000\u001b[2J', '💬'.repeat(40)][random(5)] ?? '';
    case ScalarType.BYTES:
      return Uint8Array.from({ length: random(40) }, () => random(256));
    case ScalarType.BOOL:
      return random(2) === 1;
    case ScalarType.DOUBLE:
      return random(2 ** 31) * 1_000.5;
    case ScalarType.UINT32:
      return random(2) === 0 ? random(200) : random(2 ** 32);
    default:
      throw new Error(`no sample for scalar ${ScalarType[type]}`);
  }
}
