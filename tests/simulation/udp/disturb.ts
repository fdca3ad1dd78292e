import { chance } from './conditions.ts';
import { SERVER } from './network.ts';
import type { Caller, World } from './world.ts';

/** What may happen in a seed; each seed has some of it. */
export interface Hostility {
  rebinds: boolean;
  migrates: boolean;
  blackouts: boolean;
  restarts: boolean;
  vanishes: boolean;
  closes: boolean;
  replays: boolean;
  garbage: boolean;
  diverts: boolean;
}

const DARK_MAX_MS = 30_000;

/** One thing goes wrong, if it is among what does. */
export function disturb(world: World, hostility: Hostility): void {
  const { number, callers } = world;
  const caller = callers[number(callers.length)];
  if (caller === undefined) return;
  switch (number(12)) {
    case 0:
    case 1:
      if (hostility.rebinds) rebind(world, caller);
      break;
    case 2:
      if (hostility.migrates && caller.side?.open === true) caller.migrate();
      break;
    case 3:
      if (hostility.blackouts) darken(world, caller);
      break;
    case 4:
      if (hostility.restarts && chance(number, 0.5)) world.restartServer();
      break;
    case 5:
      if (hostility.vanishes && caller.alive && chance(number, 0.3)) caller.vanish();
      break;
    case 6:
      if (hostility.closes && chance(number, 0.5)) hangUp(world);
      break;
    case 7:
    case 8:
      if (hostility.replays) replay(world);
      break;
    case 9:
      if (hostility.garbage) garbage(world);
      break;
    default:
      if (hostility.diverts) divert(world, caller);
  }
}

function rebind(world: World, caller: Caller): void {
  const { number, callers } = world;
  const kind = number(2) === 0 ? 'port' : 'host';
  const left = caller.site.rebind(kind);
  caller.disturbed = true;
  world.log(`${caller.name} is at another ${kind}: ${caller.address}`);
  // Somebody else gets the address that was left.
  const other = callers[number(callers.length)];
  const address = left.at(-1);
  if (number(3) !== 0 || other === undefined || other === caller || other.gone || address === undefined)
    return;
  caller.site.shared = true;
  other.site.take(address);
  other.disturbed = true;
  world.log(`${other.name} is at ${address} instead`);
}

function darken(world: World, caller: Caller): void {
  const { number, queue } = world;
  const until = queue.now + number(number(4) === 0 ? DARK_MAX_MS : 3_000);
  const which = number(3);
  caller.disturbed = true;
  if (which !== 0) caller.site.up.darkUntil = until;
  if (which !== 1) caller.site.down.darkUntil = until;
  world.log(`${caller.name} is in the dark (${which}) for ${(until - queue.now).toFixed(0)} ms`);
}

function hangUp(world: World): void {
  const { number, talks } = world;
  const sides = talks[number(talks.length)]?.sides;
  const side = sides?.[number(sides.length)];
  if (side?.open !== true) return;
  if (number(2) === 0) side.close(0, 'close');
  else side.close(number(2) === 0 ? 9 : 8, 'abort');
}

/** Recorded datagrams once more, from where they came or from elsewhere. */
function replay({ network, number, callers }: World): void {
  for (let count = 1 + number(5); count > 0; count--) {
    const recorded = network.recorded[number(network.recorded.length)];
    if (recorded === undefined) return;
    // It need not open any more: its ID may have been retired.
    const content = recorded.content && { ...recorded.content, arrived: true };
    const parcel = { ...recorded, content };
    if (parcel.to !== SERVER) network.toClient(parcel);
    else {
      const from = [parcel.from, spoofed(network), callers[number(callers.length)]?.address][number(3)];
      network.toServer({ ...parcel, from: from ?? parcel.from });
    }
  }
}

/** Random bytes, and what was recorded with some of them in it. */
function garbage({ network, number, callers }: World): void {
  for (let count = 1 + number(5); count > 0; count--) {
    const recorded = network.recorded[number(network.recorded.length)];
    const bytes =
      recorded === undefined || number(3) === 0
        ? Uint8Array.from({ length: number(1_400) }, () => number(256))
        : recorded.bytes.slice();
    for (let flips = 1 + number(4); flips > 0; flips--) {
      const at = number(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + number(255));
    }
    const caller = callers[number(callers.length)];
    if (number(2) === 0 || caller === undefined)
      network.toServer({ bytes, from: spoofed(network), to: SERVER, content: undefined });
    else network.toClient({ bytes, from: SERVER, to: caller.address, content: undefined });
  }
}

/** Somebody on the way is faster than the client's own path: its next datagram comes from elsewhere. */
function divert({ network, number }: World, caller: Caller): void {
  const address = number(2) === 0 ? spoofed(network) : `${network.newHost()}|5`;
  caller.site.divertTo = address;
  caller.disturbed = true;
}

function spoofed({ number }: { number: World['number'] }): string {
  return `203.0.113.${number(20)}|${1_000 + number(20)}`;
}
