/**
 * The same table of screens as screens.test.ts: what axe finds in narrow windows, text at twice its size, and what costs as much as
 * many others.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { needs } from '../services.ts';
import { openTour, type Tour } from './screens/tour.ts';

setDefaultTimeout(600_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('every screen, at length', () => {
  let tour: Tour;
  beforeAll(async () => {
    tour = await openTour(chromium ?? '');
  });
  afterAll(() => tour?.close());

  test('C1 T17: nothing is wrong with those that cost most', async () => {
    expect(await tour.faults('wide', ({ costly }) => (costly ? 'themes' : undefined))).toEqual([]);
  });

  test('C1 T17: axe finds nothing in any of them in a window as narrow as a phone', async () => {
    expect(await tour.faults('narrow', () => 'light')).toEqual([]);
  });

  // The colours were looked at.
  test('C1 T17: text at twice its size puts nothing out of reach', async () => {
    expect(await tour.faults('large', () => 'place')).toEqual([]);
  });
});
