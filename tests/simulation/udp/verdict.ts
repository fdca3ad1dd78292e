import { CloseCode, UDP_IDLE_TIMEOUT_MS } from '@sotto/protocol/udp';
import type { TalkSide } from './talk.ts';
import type { Caller, World } from './world.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Timers may be late by their slack, and clocks have grains. */
const GRAIN_MS = 50;
/** On such a path a handshake always completes. */
const FAIR_LOSS_RATE = 0.2;
const FAIR_DELAY_MS = 150;

/** Whether each connection ended for a reason that was there. */
export function judge(world: World): void {
  for (const caller of world.callers) {
    judgeAttempt(world, caller);
    const { talk } = caller;
    const unconfirmed = talk?.client?.end?.code === CloseCode.handshake;
    if ((caller.failed !== undefined || unconfirmed) && isFair(caller))
      world.problem(`${caller.name} had no reason to fail`);
    if (talk?.client?.end !== undefined) judgeClient(world, caller, talk.client);
    if (talk?.server?.end !== undefined) judgeServer(world, caller, talk.server);
  }
}

const isFair = ({ disturbed, site }: Caller): boolean =>
  !disturbed &&
  site.begunWith.every(
    ({ lossRate, burstRate, delayMs, queueBytes }) =>
      lossRate <= FAIR_LOSS_RATE && burstRate === 0 && delayMs <= FAIR_DELAY_MS && queueBytes > 20_000,
  );

function judgeAttempt(world: World, caller: Caller): void {
  const { failed, failedAt, startedAt, talk, name } = caller;
  if (failed === undefined) return;
  if (talk !== undefined) world.problem(`${name} failed although it had been established`);
  if (failed.established) world.problem(`${name} failed, established`);
  if (failed.by === 'timeout' && failedAt - startedAt >= HANDSHAKE_TIMEOUT_MS - GRAIN_MS) return;
  world.problem(`${name} failed for no reason: ${failed.by} ${failed.code} ${failed.reason}`);
}

function judgeClient(world: World, caller: Caller, side: TalkSide): void {
  const server = caller.talk?.server;
  if (side.end?.by === 'reset') {
    // The server that had it is gone, or had given it up.
    const forgotten = server?.end !== undefined || server === undefined;
    if (!forgotten) world.problem(`${caller.name}: a reset, though the server knows it`);
    return;
  }
  judgeEnd(world, caller, side, server ?? caller.talk?.formerServer, caller.site.heardAt);
}

function judgeServer(world: World, caller: Caller, side: TalkSide): void {
  if (side.end?.by === 'reset') world.problem(`a reset to a server: ${caller.name}`);
  else judgeEnd(world, caller, side, caller.talk?.client, caller.site.heardByServerAt);
}

function judgeEnd(
  world: World,
  { name, site, startedAt }: Caller,
  side: TalkSide,
  other: TalkSide | undefined,
  heardAt: number,
): void {
  const { end, endedAt, closed } = side;
  if (end === undefined) return;
  const what = `${name}, ${end.by} ${end.code} ${end.reason}`;
  switch (end.by) {
    case 'local':
      if (closed?.code !== end.code) world.problem(`${what}: nobody closed it`);
      return;
    case 'peer':
      if (other?.closed?.code !== end.code) world.problem(`${what}: its peer did not`);
      return;
    case 'timeout': {
      const silent = endedAt - heardAt >= UDP_IDLE_TIMEOUT_MS - GRAIN_MS || site.shared;
      const unconfirmed = endedAt - startedAt - HANDSHAKE_TIMEOUT_MS;
      if (!silent && !(unconfirmed >= -GRAIN_MS && unconfirmed < HANDSHAKE_TIMEOUT_MS))
        world.problem(`${what}: it was heard ${(endedAt - heardAt).toFixed(1)} ms before`);
      return;
    }
    default:
      world.problem(`${what}: no end for honest ends`);
  }
}
