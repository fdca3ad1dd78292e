/**
 * Datagrams that nobody honest sent, by the million: damaged, cut, joined, random, and authentic ones with chunks that mean no
 * good; at a server with live connections and handshakes under way, and at clients. No exception may come out, what is kept stays
 * bounded, nobody gets more than 3 times what he sent, and honest connections go on.
 */
import {
  type HandshakePacket,
  HandshakeProtection,
  parsePacket,
  type RandomNumber,
  type Role,
  seeded,
} from '@sotto/protocol/testing';
import { nodeCrypto } from '@sotto/transport/udp/crypto';
import { CLEAN } from './conditions.ts';
import { Handmade, idOf } from './handmade.ts';
import { hostileChunks } from './hostile-chunks.ts';
import type { Parcel } from './link.ts';
import { SERVER } from './network.ts';
import { connectedIn, newWorld, type Pair } from './scene.ts';
import type { Caller, World } from './world.ts';

/** Virtual time between two datagrams. */
const STEP_MS = 0.05;
const STEPS_A_RUN = 16;
const HONEST = 3;
const VICTIMS = 4;
/** Steps between two words of an honest connection, new honest clients, and new victims at the earliest. */
const WORDS_STEPS = 4_000;
const CALLS_STEPS = 25_000;
const VICTIM_STEPS = 150;
const HANDSHAKE_MS = 3_000;
const LINE = { ...CLEAN, delayMs: 1 };
const KEPT_MAX = 400;
/** Hostile packets in one handshake. */
const HALF_PACKETS_MAX = 40;
const HALF = 'of a handshake';

/** A connection, or what may become one, whose keys are in hostile hands. */
interface Victim {
  what: string;
  caller: Caller;
  /** Sends a sealed packet with these chunks. */
  say(chunks: Uint8Array): void;
  dead(): boolean;
}

export interface FuzzReport {
  problems: string[];
  /** By what was done. */
  counts: Record<string, number>;
  victims: number;
  /** The most that there were of it at a time. */
  most: { connections: number; ids: number; handshakes: number };
  amplification: number;
}

export class Fuzz {
  readonly world: World;
  readonly #number: RandomNumber;
  readonly #honest: Pair[] = [];
  readonly #calls: { caller: Caller; at: number }[] = [];
  /** Datagrams as honest ends sent them, by direction. */
  readonly #kept = { toServer: [] as Uint8Array[], toClient: [] as Uint8Array[] };
  readonly #report: FuzzReport;
  #victims: Victim[] = [];
  #victimAt = 0;
  #step = 0;

  constructor(seed: number) {
    this.#number = seeded(seed);
    this.world = newWorld({ seed, number: seeded(seed + 1) });
    this.world.network.watch.keptMax = 20_000;
    this.world.network.tap = (parcel) => this.#keep(parcel);
    for (let count = 0; count < HONEST; count++) this.#honest.push(connectedIn(this.world, LINE, LINE));
    this.#report = {
      problems: this.world.problems,
      counts: {},
      victims: 0,
      most: { connections: 0, ids: 0, handshakes: 0 },
      amplification: 0,
    };
  }

  run(steps: number): FuzzReport {
    for (let step = 0; step < steps && this.world.problems.length === 0; step++) this.#one();
    const { world } = this;
    world.queue.run(world.queue.now + HANDSHAKE_MS);
    for (const { caller } of this.#honest)
      if (caller.talk?.quiet !== true) world.problem(`${caller.name} was disturbed`);
    this.#report.amplification = world.network.watch.worst;
    return this.#report;
  }

  #one(): void {
    const step = this.#step++;
    const { queue } = this.world;
    if (step % STEPS_A_RUN === 0) {
      queue.run(queue.now + STEP_MS * STEPS_A_RUN);
      this.#look();
    }
    if (step % WORDS_STEPS === 0) this.#words();
    if (step % CALLS_STEPS === 0) this.#call();
    if (this.#victims.length < VICTIMS && step >= this.#victimAt) this.#newVictim();
    this.#send(step);
  }

  #send(step: number): void {
    const number = this.#number;
    const draw = number(100);
    const from = this.#someAddress(step);
    if (draw < 35) this.#toServer('damaged', damaged(this.#some('toServer'), number), from);
    else if (draw < 45)
      this.#toServer('joined', joined(this.#some('toServer'), this.#some('toClient'), number), from);
    else if (draw < 55) this.#toServer('random', random(number), from);
    else if (draw < 60) this.#toServer('again', this.#some('toServer'), from);
    else if (draw < 75) this.#toClient('damaged at a client', damaged(this.#some('toClient'), number));
    else if (draw < 80) this.#toClient('random at a client', random(number));
    else if (draw < 83) this.#toClient('again at a client', this.#some('toClient'));
    else this.#hostile();
  }

  #count(what: string): void {
    this.#report.counts[what] = (this.#report.counts[what] ?? 0) + 1;
  }

  #toServer(what: string, bytes: Uint8Array, from: string): void {
    this.#count(what);
    this.world.network.toServer({ bytes, from, to: SERVER, content: undefined });
  }

  #toClient(what: string, bytes: Uint8Array): void {
    this.#count(what);
    const { callers, network } = this.world;
    const caller = callers[this.#number(callers.length)];
    if (caller !== undefined)
      network.toClient({ bytes, from: SERVER, to: caller.address, content: undefined });
  }

  #hostile(): void {
    const victim = this.#victims[this.#number(this.#victims.length)];
    if (victim === undefined) return;
    this.#count(victim.what);
    victim.say(hostileChunks(this.#number, victim.what === HALF));
    if (victim.dead()) this.#bury(victim);
  }

  #newVictim(): void {
    this.#victimAt = this.#step + VICTIM_STEPS;
    const kind = this.#report.victims++ % 4;
    this.#victims.push(kind === 0 ? this.#half() : this.#whole(kind === 1 ? 'server' : 'client'));
  }

  /** The keys are those that this side seals with. */
  #whole(role: Role): Victim {
    const pair = connectedIn(this.world, LINE, LINE, 10);
    const { caller, client, server, world } = pair;
    client.trusted = false;
    server.trusted = false;
    const hand = new Handmade(role, world.secrets.at(-1) ?? new Uint8Array(64), 100);
    world.secrets.length = 0;
    const to = idOf(this.#lastSealed(role === 'client' ? 'up' : 'down', pair));
    if (role === 'client') caller.host.stop();
    else {
      // The server forgets it, and the client must not hear of that.
      caller.site.down.drops = () => true;
      server.connection.abort();
    }
    const say = (chunks: Uint8Array) => {
      const bytes = hand.packet(to, chunks);
      const from = this.#number(20) === 0 ? this.#someAddress(this.#step) : caller.address;
      if (role === 'client') world.network.toServer({ bytes, from, to: SERVER, content: undefined });
      else world.network.toClient({ bytes, from: SERVER, to: caller.address, content: undefined });
    };
    const victim = role === 'client' ? server : client;
    return { what: `authentic of a ${role}`, caller, say, dead: () => victim.end !== undefined };
  }

  /** A handshake that the server has begun; its keys are everybody's. */
  #half(): Victim {
    const { world } = this;
    const caller = world.call(LINE, LINE);
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
    return { what: HALF, caller, say, dead: () => said >= HALF_PACKETS_MAX };
  }

  /** A sealed packet that was sent in this direction. */
  #lastSealed(direction: 'up' | 'down', { caller, world, client, server }: Pair): Uint8Array {
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

  #bury(victim: Victim): void {
    this.#victims = this.#victims.filter((other) => other !== victim);
    victim.caller.vanish();
    this.#forgetGone();
  }

  /** What only the test keeps must not look like a leak. */
  #forgetGone(): void {
    const { callers, trace } = this.world;
    const kept = callers.filter(({ gone }) => !gone);
    callers.splice(0, callers.length, ...kept);
    const open = new Set(kept.map(({ talk }) => talk));
    this.world.forgetTalks((talk) => open.has(talk));
    trace.length = 0;
  }

  #words(): void {
    for (const { client, server } of this.#honest) {
      for (const side of [client, server]) {
        side.say(1, 1);
        side.say(2, 1);
      }
    }
  }

  /** An honest client, which must come through in time. */
  #call(): void {
    const { world } = this;
    this.#calls.push({ caller: world.call(LINE, LINE), at: world.queue.now });
  }

  #look(): void {
    const { queue, server } = this.world;
    const { most } = this.#report;
    const { connections, ids, handshakes } = server.endpoint;
    most.connections = Math.max(most.connections, connections);
    most.ids = Math.max(most.ids, ids);
    most.handshakes = Math.max(most.handshakes, handshakes);
    const [oldest] = this.#calls;
    if (oldest === undefined || queue.now < oldest.at + HANDSHAKE_MS) return;
    this.#calls.shift();
    if (oldest.caller.talk?.sides.length !== 2)
      this.world.problem(`${oldest.caller.name} did not come through`);
    oldest.caller.connection.close();
    queue.after(HANDSHAKE_MS, () => {
      oldest.caller.vanish();
      this.#forgetGone();
    });
  }

  #keep({ bytes, to }: Parcel): void {
    const kept = to === SERVER ? this.#kept.toServer : this.#kept.toClient;
    if (kept.length < KEPT_MAX) kept.push(bytes);
    else kept[this.#number(KEPT_MAX)] = bytes;
  }

  #some(direction: 'toServer' | 'toClient'): Uint8Array {
    const kept = this.#kept[direction];
    return kept[this.#number(kept.length)] ?? new Uint8Array(0);
  }

  /** One that was never heard of, or one of a client. */
  #someAddress(step: number): string {
    const { callers } = this.world;
    if (this.#number(3) === 0) return callers[this.#number(callers.length)]?.address ?? '203.0.113.0|1';
    return `203.0.${(step >> 12) & 0xff}.${(step >> 4) & 0xff}|${1_000 + ((step >> 20) & 0xff)}`;
  }
}

/** A copy with some bytes changed, or its end cut off or grown. */
export function damaged(bytes: Uint8Array, number: RandomNumber): Uint8Array {
  const kind = number(8);
  if (kind === 0) return bytes.slice(0, number(bytes.length + 1));
  if (kind === 1) {
    const longer = new Uint8Array(bytes.length + 1 + number(200));
    longer.set(bytes);
    return longer;
  }
  const copy = bytes.slice();
  // The header is a small part of the packet and most of what there is to get wrong.
  const within = number(2) === 0 ? Math.min(40, copy.length) : copy.length;
  for (let count = 1 + number(3); count > 0; count--) {
    const at = number(within);
    if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 + number(255));
  }
  return copy;
}

function joined(head: Uint8Array, tail: Uint8Array, number: RandomNumber): Uint8Array {
  const first = head.subarray(0, number(head.length + 1));
  const second = tail.subarray(number(tail.length + 1));
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Of any length; half of them look like packets at their beginning. */
function random(number: RandomNumber): Uint8Array {
  const bytes = new Uint8Array(number(4) === 0 ? number(60) : number(1_300));
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = number(2 ** 32);
    bytes[at] = word;
    bytes[at + 1] = word >>> 8;
    bytes[at + 2] = word >>> 16;
    bytes[at + 3] = word >>> 24;
  }
  if (number(2) === 0 && bytes.length > 5) {
    bytes[0] = [0x40, 0xc0, 0xd0, 0xe0][number(4)] ?? 0;
    if (number(4) > 0) bytes.set([0x53, 0x4f, 0x54, 0x01], 1);
  }
  return bytes;
}
