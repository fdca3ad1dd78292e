/** What may be said, judged byte by byte (T9). */
import { describe, expect, test } from 'bun:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { FILE_INLINE_MAX_BYTES, FILE_MESSAGE_MAX_BYTES, MESSAGE_MAX_BYTES } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { FileOfferSchema } from '@sotto/schema';
import fc from 'fast-check';
import { sha256Of } from '../digest.ts';
import { checkEdit, checkMessage, encodeContent } from './content.ts';

const NOTHING = new Uint8Array(0);
const DIGEST = sha256Of(Uint8Array.of(1));
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

const offer = (of: MessageInitShape<typeof FileOfferSchema>): Uint8Array => {
  const value = create(FileOfferSchema, { sha256: DIGEST, name: 'a.bin', size: 2 ** 20, ...of });
  return encodeContent({ case: 'file', value });
};

/** Undefined where it is refused. */
function judge<T>(check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    expect(error).toBeInstanceOf(SottoError);
    return undefined;
  }
}

describe('contents of messages', () => {
  test('[OFFER-20] F1: any bytes are taken or refused in words, and so are damaged offers', () => {
    fc.assert(
      fc.property(bytes(200), bytes(40), (content, file) => {
        judge(() => checkMessage({ content, file }));
        judge(() => checkEdit(content));
      }),
    );
    const whole = offer({ text: 'look', preview: { width: 1, text: 'x' } });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const content = whole.slice(0, length);
        if (at < length) content[at] = byte;
        const offered = judge(() => checkMessage({ content, file: DIGEST }))?.offered;
        if (offered === undefined) return;
        expect(offered.sha256).toEqual(DIGEST);
        const size = offered.sizeBytes ?? 0;
        expect(size === 0 || (Number.isSafeInteger(size) && size > FILE_INLINE_MAX_BYTES)).toBe(true);
      }),
    );
  });

  test('[OFFER-20] F1: what is offered is what was uploaded under that digest, or is in the message, never both', () => {
    const sizes = [0, 1, FILE_INLINE_MAX_BYTES, FILE_INLINE_MAX_BYTES + 1];
    for (const size of sizes) {
      const file = new Uint8Array(size).fill(1);
      const sha256 = sha256Of(file);
      const isSmall = size <= FILE_INLINE_MAX_BYTES;
      const sent = (inline: Uint8Array<ArrayBuffer>, named: Uint8Array) =>
        judge(() => checkMessage({ content: offer({ sha256, size, inline }), file: named }));
      expect(sent(file, NOTHING)).toEqual(isSmall ? { text: '', offered: undefined } : undefined);
      expect(sent(file, sha256)).toBeUndefined();
      expect(sent(NOTHING, sha256)?.offered).toEqual(isSmall ? undefined : { sha256, sizeBytes: size });
      expect(sent(NOTHING, NOTHING)).toEqual(size === 0 ? { text: '', offered: undefined } : undefined);
    }
  });

  test('[OFFER-20] [SEND-5] F1: each kind of content has its own limit', () => {
    const plain = (length: number) => encodeContent({ case: 'plain', value: 'x'.repeat(length) });
    const sealed = (length: number) => encodeContent({ case: 'sealed', value: new Uint8Array(length) });
    // Its kind and its length take 3 bytes.
    const fits = MESSAGE_MAX_BYTES - 3;
    for (const of of [plain, sealed]) {
      for (const check of [checkEdit, (content: Uint8Array) => checkMessage({ content, file: NOTHING })]) {
        const isTaken = (length: number) => judge(() => check(of(length))) !== undefined;
        expect([isTaken(fits), isTaken(fits + 1)]).toEqual([true, false]);
      }
    }
    const inline = new Uint8Array(FILE_INLINE_MAX_BYTES);
    const most = {
      sha256: sha256Of(inline),
      size: inline.length,
      inline,
      text: 'x'.repeat(MESSAGE_MAX_BYTES),
    };
    const large = offer(most);
    expect(large.length).toBeLessThan(FILE_MESSAGE_MAX_BYTES);
    expect(judge(() => checkMessage({ content: large, file: NOTHING }))?.text).toHaveLength(
      MESSAGE_MAX_BYTES,
    );
    expect(judge(() => checkEdit(large))).toBeUndefined();
  });
});
