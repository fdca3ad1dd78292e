import { CloseCode, UDP_IDLE_TIMEOUT_MS, type UdpConnection } from '@sotto/protocol/udp';
import type { TalkSide } from './talk.ts';
import type { Caller, World } from './world.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Timers may be late by their slack, and clocks have grains. */
const GRAIN_MS = 50;
/** A datagram may come so late that its connection ID is no longer good: it does not count as heard then. */
const LATE_MS = 1_500;
/** On such a path a handshake always completes. */
const FAIR_LOSS_RATE = 0.2;
const FAIR_DELAY_MS = 150;
const FAIR_QUEUE_BYTES = 20_000;
/** Packets for each 500 bytes said, and beside them for each seed: about five times what the usual one takes. */
const PACKETS_MAX = 8;
const PACKETS_BYTES = 500;
const PACKETS_BESIDE = 400;
/** IDs of its own that lead to a connection: in use, and retired a short while ago; one more while it begins. */
const IDS_MAX = 12;

/** Figures that both ends give at any time. */
export function checkFigures(world: World): void {
  for (const talk of world.talks) {
    for (const { connection, end, sent } of talk.sides) {
      if (end !== undefined) continue;
      const { bufferedBytes, runs } = connection;
      const { inFlightBytes, lossRate } = connection.stats();
      const fine =
        inFlightBytes >= 0 && bufferedBytes >= 0 && bufferedBytes <= sent.bytes && runs >= 0 && lossRate <= 1;
      if (!fine)
        world.problem(`${inFlightBytes} bytes in flight, ${bufferedBytes} in ${runs} runs, ${lossRate} lost`);
    }
  }
  const { ids, connections } = world.server.endpoint;
  if (ids > connections * IDS_MAX) world.problem(`${ids} ids for ${connections} connections`);
}

/** All that was said has been heard and acknowledged, and nothing of it is held any more; or the connection has ended. */
export function isSettled({ alive, side, talk, connection }: Caller): boolean {
  if (!alive) return true;
  const server = talk?.server;
  if (side?.open !== true || server?.open !== true) return false;
  const holdsNothing = (end: UdpConnection) => end.bufferedBytes === 0 && end.heldBytes === 0;
  return talk?.quiet === true && holdsNothing(connection) && holdsNothing(server.connection);
}

export function describeUnsettled(world: World): void {
  for (const caller of world.callers) {
    if (isSettled(caller)) continue;
    const { name, talk, side, connection } = caller;
    const server = talk?.server;
    world.problem(
      `${name} is not settled: buffered ${connection.bufferedBytes}, held ${connection.heldBytes}, heard ${side?.heard} of ` +
        `${server?.sent.frames}; server, buffered ${server?.connection.bufferedBytes}, held ${server?.connection.heldBytes}, ` +
        `heard ${server?.heard} of ${side?.sent.frames}`,
    );
  }
}

/** Nobody remembers anything or waits for anything, and what it took was in proportion. */
export function checkNothingLeft(world: World): void {
  const { server, callers, talks, packets } = world;
  for (const [name, { endpoint }] of [
    ['the server', server] as const,
    ...callers.filter(({ gone }) => !gone).map(({ name, host }) => [name, host] as const),
  ]) {
    const { connections, ids, handshakes } = endpoint;
    if (
      connections !== 0 ||
      ids !== 0 ||
      handshakes !== 0 ||
      endpoint.deadline() !== Number.POSITIVE_INFINITY
    )
      world.problem(`${name} has ${connections} connections, ${ids} ids, ${handshakes} handshakes`);
  }
  let said = 0;
  for (const { client, server: now, formerServer } of talks)
    for (const side of [client, now, formerServer]) said += side?.sent.bytes ?? 0;
  if (packets > PACKETS_MAX * (said / PACKETS_BYTES) + PACKETS_BESIDE)
    world.problem(`${packets} packets for ${said} bytes`);
}

/** Whether each connection ended for a reason that was there. */
export function judge(world: World): void {
  for (const caller of world.callers) {
    judgeAttempt(world, caller);
    const { talk } = caller;
    if (talk?.client?.end !== undefined) judgeClient(world, caller, talk.client);
    if (talk?.server?.end !== undefined) judgeServer(world, caller, talk.server);
  }
}

function judgeAttempt(world: World, caller: Caller): void {
  const { failed, failedAt, startedAt, talk, name } = caller;
  const unconfirmed = talk?.client?.end?.code === CloseCode.handshake;
  if ((failed !== undefined || unconfirmed) && isFair(caller)) world.problem(`${name} had no reason to fail`);
  if (failed === undefined) return;
  if (talk !== undefined || failed.established)
    world.problem(`${name} failed although it had been established`);
  if (failed.by === 'timeout' && failedAt - startedAt >= HANDSHAKE_TIMEOUT_MS - GRAIN_MS) return;
  world.problem(`${name} failed for no reason: ${failed.by} ${failed.code} ${failed.reason}`);
}

const isFair = ({ disturbed, site }: Caller): boolean =>
  !disturbed &&
  site.begunWith.every(
    ({ lossRate, burstRate, delayMs, queueBytes }) =>
      lossRate <= FAIR_LOSS_RATE &&
      burstRate === 0 &&
      delayMs <= FAIR_DELAY_MS &&
      queueBytes > FAIR_QUEUE_BYTES,
  );

function judgeClient(world: World, caller: Caller, side: TalkSide): void {
  const server = caller.talk?.server;
  if (side.end?.by === 'reset') {
    // The server that had it is gone, or had given it up.
    if (server !== undefined && server.end === undefined)
      world.problem(`${caller.name}: a reset, though the server knows it`);
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
  { end, endedAt, closed }: TalkSide,
  other: TalkSide | undefined,
  heardAt: number,
): void {
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
      const silent = endedAt - heardAt >= UDP_IDLE_TIMEOUT_MS - LATE_MS || site.shared;
      const unconfirmed = endedAt - startedAt - HANDSHAKE_TIMEOUT_MS;
      if (!silent && !(unconfirmed >= -GRAIN_MS && unconfirmed < HANDSHAKE_TIMEOUT_MS))
        world.problem(`${what}: it was heard ${(endedAt - heardAt).toFixed(1)} ms before`);
      return;
    }
    default:
      world.problem(`${what}: no end for honest ends`);
  }
}
