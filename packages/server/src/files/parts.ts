/** Puts together what does things with files. */
import type { UserNumber } from '@sotto/model';
import type { Clock, Random } from '@sotto/protocol';
import { KeyedLock } from '../keyed-lock.ts';
import type { MessageStore } from '../messages/store.ts';
import type { Targets } from '../messages/targets.ts';
import type { Asker, RoomDirectory } from '../rooms/directory.ts';
import type { BlobStore } from './blobs.ts';
import { rarelyWhereSlow, TransferBudget } from './budget.ts';
import { Downloads } from './downloads.ts';
import { FileLinks } from './links.ts';
import { Offers } from './offers.ts';
import type { FileStore } from './store.ts';
import { Transfers } from './transfers.ts';
import { Upkeep } from './upkeep.ts';
import { Uploads } from './uploads.ts';
import { type FileLimits, usageOf } from './usage.ts';

export interface FilePartsOptions {
  store: FileStore;
  blobs: BlobStore;
  limits: FileLimits;
  messages: Pick<MessageStore, 'states'>;
  targets: Targets;
  directory: RoomDirectory;
  /** As the account is now; undefined where it may do nothing any more. */
  asker: (user: UserNumber) => Promise<Asker | undefined>;
  clock: Clock;
  random: Random;
  onFailure: (failure: unknown) => void;
}

export type FileParts = ReturnType<typeof createFileParts>;

export function createFileParts(options: FilePartsOptions) {
  const { store, blobs, limits, targets } = options;
  const digests = new KeyedLock();
  const budget = new TransferBudget(
    rarelyWhereSlow(
      () => Bun.gc(true),
      cpuMs,
      () => performance.now(),
    ),
  );
  const uploads: Uploads = new Uploads({ ...options, digests, dropped: () => upkeep.wake() });
  const upkeep = new Upkeep({ ...options, digests, giveUp: (upload) => uploads.giveUp(upload) });
  const offers = new Offers({ ...options, files: store });
  const downloads = new Downloads({ offers, targets, blobs });
  const transfers = new Transfers({ ...options, uploads, downloads, budget });
  const links = new FileLinks({ ...options, downloads, budget });
  return {
    downloads,
    transfers,
    links,
    upkeep,
    usage: (user: UserNumber) => usageOf(store, limits, user),
    stop: async () => {
      links.stop();
      await transfers.stop();
      await upkeep.stop();
      await blobs.close();
    },
  };
}

/** Of this process, on all cores. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
