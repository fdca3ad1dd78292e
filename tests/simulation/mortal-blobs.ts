/** The bytes of files as one process sees them: what it asked of the disk takes its time, and the dead get no answer. */
import type { Clock } from '@sotto/protocol';
import type { RandomNumber } from '@sotto/protocol/testing';
import type { BlobStore } from '@sotto/server/testing';
import type { Mortal } from './mortal.ts';

/** Longest time one operation waits for the disk. */
const DISK_MAX_MS = 150;

/** Each operation of a dying process is done or not, as chance has it, and those after it never happen. */
export function mortalBlobs(blobs: BlobStore, life: Mortal, clock: Clock, random: RandomNumber): BlobStore {
  const operate = async (operation: () => unknown): Promise<unknown> => {
    await new Promise<void>((resolve) => void clock.after(random(DISK_MAX_MS), resolve));
    if (life.dead && random(2) === 0) return never();
    const result = await operation();
    return life.dead ? never() : guarded(result);
  };
  /** Whatever it answers has operations of its own. */
  const guarded = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) return part;
    return new Proxy(part, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (name === 'partials' || name === 'blobs') return Reflect.apply(member, target, args);
          return life.dead ? never() : operate(() => Reflect.apply(member, target, args));
        };
      },
    });
  };
  return guarded(blobs) as BlobStore;
}

const never = (): Promise<never> => new Promise<never>(() => {});
