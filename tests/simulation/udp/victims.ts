import { type HandshakePacket, HandshakeProtection, parsePacket, type Role } from '@sotto/protocol/testing';
import { nodeCrypto } from '@sotto/transport/udp/crypto';
import type { Conditions } from './conditions.ts';
import { Handmade, idOf } from './handmade.ts';
import { SERVER } from './network.ts';
import { connectedIn, type Pair } from './scene.ts';
import type { Caller, World } from './world.ts';

/** Hostile packets in one handshake. */
const HANDSHAKE_PACKETS_MAX = 40;
export const IN_HANDSHAKE = 'of a handshake';

/** A connection, or what may become one, whose keys are in hostile hands. */
export interface Victim {
  what: string;
  caller: Caller;
  /** Sends a sealed packet with these chunks. */
  say(chunks: Uint8Array): void;
  dead(): boolean;
}

/** The keys are those that `role` seals with. `elsewhere` says where a packet for the server comes from, if not from the client. */
export function victimOf(
  world: World,
  line: Conditions,
  role: Role,
  elsewhere: () => string | undefined,
): Victim {
  const pair = connectedIn(world, line, line, 10);
  const { caller, client, server } = pair;
  client.trusted = false;
  server.trusted = false;
  const hand = new Handmade(role, world.secrets.at(-1) ?? new Uint8Array(64), 100);
  world.secrets.length = 0;
  const to = idOf(lastSealed(role === 'client' ? 'up' : 'down', pair));
  if (role === 'client') caller.host.stop();
  else {
    // The server forgets it, and the client must not hear of that.
    caller.site.down.drops = () => true;
    server.connection.abort();
  }
  const say = (chunks: Uint8Array) => {
    const bytes = hand.packet(to, chunks);
    const from = elsewhere() ?? caller.address;
    if (role === 'client') world.network.toServer({ bytes, from, to: SERVER, content: undefined });
    else world.network.toClient({ bytes, from: SERVER, to: caller.address, content: undefined });
  };
  const victim = role === 'client' ? server : client;
  return { what: `authentic of a ${role}`, caller, say, dead: () => victim.end !== undefined };
}

/** A handshake that the server has begun; its keys are everybody's. */
export function victimInHandshake(world: World, line: Conditions): Victim {
  const caller = world.call(line, line);
  let asked: HandshakePacket | undefined;
  caller.site.up.drops = ({ bytes }) => {
    const packet = parsePacket(bytes);
    if (packet.kind === 'handshake' && packet.token.length > 0) asked ??= packet;
    return asked !== undefined;
  };
  world.queue.run(world.queue.now + 20);
  if (asked === undefined) throw new Error('it follows no retry');
  caller.host.stop();
  const packet = asked;
  const protection = new HandshakeProtection(nodeCrypto, 'client', packet.to);
  let said = 0;
  const say = (chunks: Uint8Array) => {
    const bytes = protection.seal(packet, said++, -1, chunks);
    world.network.toServer({ bytes, from: caller.address, to: SERVER, content: undefined });
  };
  return { what: IN_HANDSHAKE, caller, say, dead: () => said >= HANDSHAKE_PACKETS_MAX };
}

/** A sealed packet that was sent in this direction. */
function lastSealed(direction: 'up' | 'down', { caller, world, client, server }: Pair): Uint8Array {
  let last: Uint8Array | undefined;
  caller.site[direction].drops = ({ bytes }) => {
    last = bytes;
    return false;
  };
  (direction === 'up' ? client : server).say(1, 1);
  world.queue.run(world.queue.now + 5);
  caller.site[direction].drops = () => false;
  if (last === undefined) throw new Error('it says nothing');
  return last;
}
