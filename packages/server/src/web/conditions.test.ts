import { expect, test } from 'bun:test';
import { alreadyHas, takesGzip } from './conditions.ts';

test('[WEB-4] what a browser has is known by its entity tag, weak or strong, alone or among others', () => {
  const tag = '"abc-gzip"';
  const has = (header: string | null) => alreadyHas(header, tag);
  for (const header of ['"abc-gzip"', 'W/"abc-gzip"', '"x", "abc-gzip"', '"x",W/"abc-gzip" ,"y"', '*'])
    expect([header, has(header)]).toEqual([header, true]);
  for (const header of [null, '', '"abc"', 'abc-gzip', '"abc-gzip', '"ABC-gzip"', ',,,'])
    expect([header, has(header)]).toEqual([header, false]);
});

test('[WEB-4] gzip is given to those who say that they take it', () => {
  const yes = [
    'gzip',
    'GZIP',
    'br, gzip',
    'gzip;q=0.5',
    'deflate, *',
    'x-gzip',
    '*;q=0, gzip',
    ' gzip ; q=1',
  ];
  const no = [null, '', 'br', 'gzip;q=0', 'gzip;q=0.0', '*;q=0', 'gzipped', 'gzip;q=x', 'gzip;q=0, *'];
  for (const header of yes) expect([header, takesGzip(header)]).toEqual([header, true]);
  for (const header of no) expect([header, takesGzip(header)]).toEqual([header, false]);
});
