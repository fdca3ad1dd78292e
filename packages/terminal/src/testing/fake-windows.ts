import type { DeliveryState, Outbox, Snapshots, Timeline } from '@sotto/client';
import { FakeReading } from './fake-reading.ts';

/** What only graphical clients use: the line client opens no windows and reads no snapshots. */
export abstract class FakeWindows extends FakeReading {
  readonly outbox: Outbox = {
    entries: [],
    get: () => undefined,
    sendAgain: async () => false,
    discard: async () => false,
    onChange: () => () => {},
  };

  get snapshots(): Snapshots {
    throw new Error('not faked');
  }

  deliveryOf(): DeliveryState {
    return 'durable';
  }

  timeline(): Timeline {
    throw new Error('not faked');
  }
}
