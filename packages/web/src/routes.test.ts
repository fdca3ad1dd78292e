/** Addresses within the client: issue 8, C1. */
import { describe, expect, test } from 'bun:test';
import type { RoomNumber, Sequence } from '@sotto/model';
import { hashOf, type Route, routeOf } from './routes.ts';

const room = 3 as RoomNumber;
const routes: readonly [Route, string][] = [
  [{ kind: 'home' }, '#/'],
  [{ kind: 'room', room }, '#/room/3'],
  [{ kind: 'room', room, message: 123 as Sequence }, '#/room/3/m/123'],
  [{ kind: 'room', room, thread: 17 as Sequence }, '#/room/3/t/17'],
];

describe('C1 where one is stands in the address', () => {
  test.each(routes)('%j is %s, and comes back from it', (route, hash) => {
    expect(hashOf(route)).toBe(hash);
    expect(routeOf(hash)).toEqual(route);
  });

  test.each([
    '',
    '#',
    '#/room/',
    '#/room/0',
    '#/room/-1',
    '#/room/3/',
    '#/room/3/x/1',
    '#/room/99999999999999999',
    '#/room/3/m/1e3',
    '#/room/3//evil',
    '#javascript:alert(1)',
  ])('%p is home', (hash) => {
    expect(routeOf(hash)).toEqual({ kind: 'home' });
  });
});
