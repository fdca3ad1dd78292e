import { expect, test } from 'bun:test';
import { encode } from 'uqr';
import { pathOf } from './qr-path.ts';

test('C1 A8: what is drawn is module for module what was encoded', () => {
  const { size, data } = encode('otpauth://totp/Sotto:cat?secret=JBSWY3DPEHPK3PXP&issuer=Sotto', {
    ecc: 'M',
    border: 0,
  });
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, length] of pathOf(data).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
  expect(drawn).toEqual(data);
  expect(drawn.flat().filter(Boolean).length).toBeGreaterThan(size);
});
