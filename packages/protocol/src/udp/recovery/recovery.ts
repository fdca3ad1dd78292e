import type { Random } from '../../environment.ts';
import { ACK_DELAY_MAX_MS } from '../constants.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import {
  HANDSHAKE_PROBE_TIMEOUT_MAX_MS,
  LATE_PROBE_TIMEOUTS,
  LOSS_RATE_STEP,
  PROBE_TIMEOUT_MAX_MS,
} from '../tuning.ts';
import type { AckRange } from '../wire/ack.ts';
import type { Space } from '../wire/packet.ts';
import { newRecoveryCounters } from './counters.ts';
import { PathState } from './path.ts';
import { spansPersistentCongestion } from './persistent.ts';
import { ProbeTimer } from './probes.ts';
import type { Rtt } from './rtt.ts';
import type { SentPacket } from './sent.ts';
import { SkippedNumbers } from './skipped.ts';
import { SentSpace } from './space.ts';
import { GRANULARITY_MS, PROBES, TIME_THRESHOLD } from './values.ts';

export interface AckOutcome {
  /** Oldest first. */
  acked: readonly SentPacket[];
  lost: readonly SentPacket[];
  /** Told as lost earlier, and arrived after all: what they carried need not be sent again [LOSS-3]. */
  late: readonly SentPacket[];
}

export interface Expiry {
  lost: readonly SentPacket[];
  /** Packets to send in `space` whatever the window and pacing say; the first should carry something that matters. */
  probes: number;
  space: Space;
}

const NEVER = Number.POSITIVE_INFINITY;
const NO_PACKETS: readonly SentPacket[] = [];
const SPACES: readonly Space[] = ['handshake', 'connection'];

/** What is sent and its fate: loss, probe timeouts, congestion (RFC 9002) [LOSS-1] [CONGEST-1]. Times in ms. */
export class Recovery {
  /** From the peer's parameters. */
  peerAckDelayMaxMs = ACK_DELAY_MAX_MS;
  handshakeConfirmed = false;
  readonly counters = newRecoveryCounters();
  readonly #spaces: Record<Space, SentSpace> = { handshake: new SentSpace(), connection: new SentSpace() };
  #current: PathState;
  /** Where packets went before; the path may return there. */
  #previous: PathState | undefined;
  #lossRate = 0;
  readonly #timer: ProbeTimer;
  /** The newest packet acknowledged so far left then. */
  #ackedSentAt = Number.NEGATIVE_INFINITY;
  readonly #skipped: SkippedNumbers | undefined;

  /** `path`: number of the first path, as packets name it. Without `random` no number is left out. */
  constructor(now: number, path = 0, random?: Random) {
    this.#skipped = random === undefined ? undefined : new SkippedNumbers(random);
    this.#current = new PathState(now, path);
    this.#timer = new ProbeTimer(now);
  }

  /** Of the path in use. */
  get rtt(): Rtt {
    return this.#current.rtt;
  }

  get window(): number {
    return this.#current.congestion.window;
  }

  get slowStart(): boolean {
    return this.#current.congestion.slowStart;
  }

  /** On the path in use. */
  get bytesInFlight(): number {
    return this.#current.bytesInFlight;
  }

  /** From 0 to 1 [URGENT-2]. */
  get lossRate(): number {
    return this.#lossRate;
  }

  /** Probe timeouts in a row without an ack. */
  get probeCount(): number {
    return this.#timer.count;
  }

  /** Gives each number once: what was sealed under one must not be sealed under it again. */
  nextNumber(space: Space): number {
    const state = this.#spaces[space];
    const number = state.next;
    state.next += 1;
    if (space === 'connection' && this.#skipped?.skips(state.next)) state.next += 1;
    return number;
  }

  /** The number that `nextNumber` will give. */
  peekNumber(space: Space): number {
    return this.#spaces[space].next;
  }

  /** -1 before any. */
  largestAcked(space: Space): number {
    return this.#spaces[space].largestAcked;
  }

  /** Packets of a space come in the order of their numbers, none earlier than the one before. */
  sent(space: Space, packet: SentPacket): void {
    const owner = this.#owner(packet.path);
    this.#spaces[space].sent(packet, owner);
    if (packet.inFlight) owner?.sent(packet.sentAt, packet.bytes);
  }

  /** `ranges` from the greatest down. Throws UdpFault for packets that were never sent [CHUNK-2]. */
  acknowledged(now: number, space: Space, ranges: readonly AckRange[], delayMs: number): AckOutcome {
    const state = this.#spaces[space];
    const largest = ranges[0]?.last ?? -1;
    if (largest >= state.next)
      throw new UdpFault(CloseCode.violation, `an ack of packet ${largest}, never sent`);
    if (space === 'connection' && this.#skipped?.namedBy(ranges))
      throw new UdpFault(CloseCode.violation, 'an ack of a packet that was left out');
    const newest = largest > state.largestAcked;
    if (newest) state.largestAcked = largest;
    const late = this.#takeLate(now, state, ranges);
    const { acked, growth, measurable } = this.#takeAcked(state, ranges);
    if (acked.length === 0 && !newest) return { acked, lost: NO_PACKETS, late };
    const last = acked.at(-1);
    if (newest && measurable && last?.number === largest) {
      this.#measure(now, last.sentAt, space === 'handshake' ? 0 : delayMs);
    }
    const reductions = this.#current.congestion.reductions;
    const lost = this.#takeLost(now, state, ranges);
    const reduced = this.#current.congestion.reductions !== reductions;
    this.#ackedSentAt = Math.max(this.#ackedSentAt, last?.sentAt ?? this.#ackedSentAt);
    this.#current.congestion.acked(now, reduced ? 0 : growth, this.#ackedSentAt, this.rtt.smoothedMs);
    this.#current.changed(now);
    this.#timer.acked(now);
    return { acked, lost, late };
  }

  /** When `expire` has something to do. */
  deadline(): number {
    const lossAt = Math.min(this.#lossAt('handshake'), this.#lossAt('connection'));
    return lossAt !== NEVER ? lossAt : Math.min(this.#probeAt('handshake'), this.#probeAt('connection'));
  }

  /** One thing at a time: look at `deadline` again afterwards. */
  expire(now: number): Expiry {
    for (const space of SPACES) {
      if (this.#lossAt(space) > now) continue;
      const lost = this.#takeLost(now, this.#spaces[space], []);
      this.#current.changed(now);
      return { lost, probes: 0, space };
    }
    const space = this.#probeAt('handshake') <= this.#probeAt('connection') ? 'handshake' : 'connection';
    if (this.deadline() > now) return { lost: NO_PACKETS, probes: 0, space };
    this.#timer.expired(now);
    return { lost: NO_PACKETS, probes: this.#spaces[space].elicitingInFlight > 0 ? PROBES : 1, space };
  }

  /** The probe timeout of the connection without backoff. */
  probeTimeoutMs(): number {
    return this.rtt.probeTimeoutMs + this.peerAckDelayMaxMs;
  }

  /** When a packet of `bytes` may leave: `now` or earlier is go, Infinity waits for an ack, else pacing says when. */
  sendableAt(now: number, bytes: number): number {
    return this.#current.sendableAt(now, bytes);
  }

  /** Nothing is left to send although window and pacing would allow it: the window is not to grow [CONGEST-1]. */
  applicationLimited(now: number): void {
    this.#current.congestion.limited(now);
  }

  /** The keys of `space` are gone: nothing in it matters any more (RFC 9002 section 6.4). */
  discard(space: Space): void {
    this.#spaces[space].discard(() => {});
    this.#timer.count = 0;
  }

  /**
   * Packets go to `path` from now on. Its congestion window and round trips are fresh unless `keepCongestion`, or those
   * it had when it is the path before [ROAM-3]. Packets sent elsewhere then count for nothing but themselves.
   */
  changePath(now: number, path: number, keepCongestion: boolean): void {
    this.#timer.startAfresh(now);
    if (path === this.#current.path) return;
    const left = this.#current;
    if (this.#previous?.path === path) this.#current = this.#previous;
    else if (keepCongestion) {
      left.path = path;
      return;
    } else this.#current = new PathState(now, path);
    this.#previous = left;
  }

  #owner(path: number): PathState | undefined {
    if (path === this.#current.path) return this.#current;
    return path === this.#previous?.path ? this.#previous : undefined;
  }

  #takeLate(now: number, state: SentSpace, ranges: readonly AckRange[]): readonly SentPacket[] {
    const taken = state.late.take(now, ranges);
    if (taken.length === 0) return NO_PACKETS;
    for (const { packet, owner, reduction } of taken) {
      const counted = reduction > 0 && packet.eliciting;
      if (counted) this.#lossRate = Math.max(0, this.#lossRate - LOSS_RATE_STEP);
      owner?.congestion.falselyLost(reduction);
    }
    this.counters.packetsFalselyLost += taken.length;
    this.#current.changed(now);
    return taken.map(({ packet }) => packet);
  }

  /** `growth`: what of it may widen the window. `measurable`: the newest can give a round trip (RFC 9002 section 5.1). */
  #takeAcked(state: SentSpace, ranges: readonly AckRange[]) {
    const acked: SentPacket[] = [];
    const current = this.#current;
    const { recoveryStartedAt } = current.congestion;
    let growth = 0;
    let eliciting = false;
    let newestOwner: PathState | undefined;
    state.takeAcked(ranges, (packet, owner) => {
      acked.push(packet);
      newestOwner = owner;
      eliciting ||= packet.eliciting;
      this.counters.packetsAcked += 1;
      this.counters.bytesAcked += packet.bytes;
      if (owner !== current || !packet.inFlight) return;
      if (packet.sentAt > recoveryStartedAt) growth += packet.bytes;
      if (packet.eliciting) this.#lossRate -= this.#lossRate * LOSS_RATE_STEP;
    });
    return { acked, growth, measurable: eliciting && newestOwner === current };
  }

  #takeLost(now: number, state: SentSpace, ranges: readonly AckRange[]): readonly SentPacket[] {
    const lost: SentPacket[] = [];
    const current = this.#current;
    const delay = TIME_THRESHOLD * Math.max(this.rtt.latestMs, this.rtt.smoothedMs);
    const until = now + LATE_PROBE_TIMEOUTS * this.probeTimeoutMs();
    state.takeLost(now, Math.max(delay, GRANULARITY_MS), (packet, owner) => {
      if (!packet.inFlight) return;
      lost.push(packet);
      this.counters.packetsLost += 1;
      this.counters.bytesLost += packet.bytes;
      const reduction = owner === current ? owner.congestion.lost(now, packet.sentAt, owner.rtt) : 0;
      if (owner === current && packet.eliciting) this.#lossRate += (1 - this.#lossRate) * LOSS_RATE_STEP;
      state.late.add({ packet, owner, reduction, until });
    });
    if (lost.length > 1) this.#collapseIfPersistent(lost, ranges);
    return lost;
  }

  #collapseIfPersistent(lost: readonly SentPacket[], ranges: readonly AckRange[]): void {
    const after = Math.max(this.#ackedSentAt, this.rtt.firstSampleAt);
    if (!spansPersistentCongestion(lost, ranges, after, this.probeTimeoutMs())) return;
    this.counters.persistentCongestions += 1;
    this.#current.congestion.collapse();
    this.rtt.forgetMin();
  }

  #measure(now: number, sentAt: number, delayMs: number): void {
    const delay = this.handshakeConfirmed ? Math.min(delayMs, this.peerAckDelayMaxMs) : delayMs;
    const sample = this.rtt.sample(now, now - sentAt, delay);
    this.#current.congestion.roundTrip(now, sentAt, sample);
  }

  #lossAt(space: Space): number {
    const state = this.#spaces[space];
    return state.overfull ? Number.NEGATIVE_INFINITY : state.lossAt;
  }

  #probeAt(space: Space): number {
    const state = this.#spaces[space];
    const confirmed = this.handshakeConfirmed || this.#spaces.handshake.discarded;
    // A client that waits for the server's next word asks for it: what it said may be all that was lost (6.2.2.1).
    const asks = space === 'handshake' && !confirmed;
    if (state.discarded || !(asks || (confirmed && state.elicitingInFlight > 0))) return NEVER;
    return space === 'handshake'
      ? this.#timer.at(state, this.rtt.probeTimeoutMs, HANDSHAKE_PROBE_TIMEOUT_MAX_MS)
      : this.#timer.at(state, this.probeTimeoutMs(), PROBE_TIMEOUT_MAX_MS);
  }
}
