import { describe, expect, test } from 'bun:test';
import { decode, encode, encodeFrame } from '@sotto/protocol';
import { StandIns, tokenFilter } from './tokens.ts';

const TOKEN = Uint8Array.from({ length: 32 }, (_, at) => 3 * at);
const granted = (token: Uint8Array) =>
  encode(1, 'sessionGranted', 7, { sessionId: 'id', token, generation: 2, logIncarnation: 'log' });
const resume = (token: Uint8Array) =>
  encode(1, 'resume', 8, { token, signature: new Uint8Array(64).fill(9), generation: 3 });

describe("the session's token", () => {
  test('[RELAY-7] T13: the page is granted a stand-in, and its Resume has the token again', () => {
    const filter = tokenFilter(new StandIns());
    const frame = granted(TOKEN);
    filter.toPage(frame);
    const seen = decode('sessionGranted', frame);
    expect(seen.token.length).toBe(32);
    expect(seen.token).not.toEqual(TOKEN);
    expect({ ...seen, token: TOKEN }).toEqual({ ...decode('sessionGranted', granted(TOKEN)), token: TOKEN });
    const back = resume(seen.token.slice());
    filter.toServer(back);
    expect(back).toEqual(resume(TOKEN));
  });

  test('[RELAY-7] T13: the same token has the same stand-in, another one another', () => {
    const standIns = new StandIns();
    const first = standIns.hide(TOKEN);
    expect(standIns.hide(TOKEN.slice())).toEqual(first);
    expect(standIns.hide(TOKEN.map((byte) => byte ^ 1))).not.toEqual(first);
    expect(standIns.reveal(first)).toEqual(TOKEN);
    expect(standIns.reveal(TOKEN)).toBeUndefined();
  });

  test('[RELAY-7] T13: a Resume with anything else goes on as it is, for the server to refuse', () => {
    const filter = tokenFilter(new StandIns());
    for (const frame of [resume(TOKEN), resume(new Uint8Array()), broken('resume')]) {
      const before = frame.slice();
      filter.toServer(frame);
      expect(frame).toEqual(before);
    }
  });

  test('[RELAY-7] T13: a grant that cannot be read does not pass', () => {
    expect(() => tokenFilter(new StandIns()).toPage(broken('sessionGranted'))).toThrow();
  });

  test('[RELAY-2] C1: other frames are not touched, and fields of later versions stay', () => {
    const filter = tokenFilter(new StandIns());
    const other = encode(1, 'ping', 1, {});
    const before = other.slice();
    filter.toPage(other);
    filter.toServer(other);
    expect(other).toEqual(before);
    const later = [...granted(TOKEN).subarray(10), 0xf8, 0x7f, 0x01];
    const header = granted(TOKEN);
    const frame = encodeFrame(
      { version: 1, type: header[1] ?? 0, lane: header[2] ?? 0, requestId: 7 },
      Uint8Array.from(later),
    );
    filter.toPage(frame);
    expect([...frame.subarray(-3)]).toEqual([0xf8, 0x7f, 0x01]);
  });
});

/** A length that leads beyond the end. */
function broken(name: 'resume' | 'sessionGranted'): Uint8Array {
  const whole = name === 'resume' ? resume(TOKEN) : granted(TOKEN);
  return encodeFrame(
    { version: 1, type: whole[1] ?? 0, lane: 0, requestId: 1 },
    new Uint8Array([0x0a, 0x7f]),
  );
}
