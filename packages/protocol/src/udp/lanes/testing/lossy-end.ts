import type { Carried } from '../../carried.ts';
import { DATAGRAM_MAX_BYTES } from '../../constants.ts';
import { ReceivedPackets } from '../../recovery/received.ts';
import { Recovery } from '../../recovery/recovery.ts';
import type { SentPacket } from '../../recovery/sent.ts';
import { URGENT_LOSS_MIN, URGENT_WINDOW_BYTES } from '../../tuning.ts';
import { ByteWriter } from '../../wire/bytes.ts';
import { elicits, readChunks, writeChunk } from '../../wire/chunk.ts';
import { ROOM_BYTES, TestEnd } from './packets.ts';
import type { Timeline } from './timeline.ts';

export interface NumberedPacket {
  number: number;
  payload: Uint8Array;
}

const OVERHEAD_BYTES = DATAGRAM_MAX_BYTES - ROOM_BYTES;
const SPINS_MAX = 200;

/** Lanes with recovery, and acks that ride as ACK-2 has it: a connection without keys, handshake or paths. */
export class LossyEnd extends TestEnd {
  packetsSent = 0;
  readonly #time: Timeline;
  readonly #send: (packet: NumberedPacket) => void;
  readonly #slackMs: () => number;
  readonly #recovery = new Recovery(0);
  readonly #received = new ReceivedPackets();
  #probes = 0;
  #armedAt = Number.POSITIVE_INFINITY;

  constructor(
    time: Timeline,
    send: (packet: NumberedPacket) => void,
    onFrame: () => void,
    roundTripMs: number,
    slackMs: () => number,
  ) {
    super(onFrame);
    this.open();
    this.#time = time;
    this.#send = send;
    this.#slackMs = slackMs;
    this.#recovery.handshakeConfirmed = true;
    this.#recovery.rtt.sample(0, roundTripMs, 0);
  }

  /** Sends what may leave, and looks again when something is due. */
  flush(): void {
    for (let spins = 0; this.#poll(this.#time.now); spins++)
      if (spins > SPINS_MAX) throw new Error('it sends for ever');
    const due = this.#deadline();
    if (due >= this.#armedAt || due === Number.POSITIVE_INFINITY) return;
    this.#armedAt = due;
    this.#time.at(Math.max(due, this.#time.now) + this.#slackMs(), () => {
      if (this.#armedAt === due) this.#armedAt = Number.POSITIVE_INFINITY;
      this.#expire();
    });
  }

  take({ number, payload }: NumberedPacket): void {
    const { now } = this.#time;
    if (this.#received.has(number)) return;
    const chunks = readChunks(payload, 'connection', 'server');
    let repeats = false;
    for (const chunk of chunks) {
      if (chunk.kind === 'ack') {
        const { acked, late, lost } = this.#recovery.acknowledged(
          now,
          'connection',
          chunk.ranges,
          chunk.delayMs,
        );
        this.#settle([...acked, ...late], lost);
      } else if (chunk.kind === 'lane') {
        if (!this.lanes.receive(chunk.lane, chunk.offset, chunk.bytes)) repeats = true;
      } else if (chunk.kind === 'credit') this.lanes.peerCredit(chunk.limit);
      else if (chunk.kind === 'laneCredit') this.lanes.peerLaneCredit(chunk.lane, chunk.limit);
    }
    this.#received.received(now, number, chunks.some(elicits), repeats);
    this.flush();
  }

  #poll(now: number): boolean {
    const { lanes } = this;
    const how = this.#how;
    const probing = this.#probes > 0;
    const open = probing || this.#recovery.sendableAt(now, DATAGRAM_MAX_BYTES) <= now;
    const beyond = open || this.#recovery.bytesInFlight < URGENT_WINDOW_BYTES;
    const news = (open && lanes.wantsToSend) || (beyond && (lanes.wantsUrgent || lanes.owesCredit));
    const leaving = probing || this.#received.deadline() <= now;
    if (!news && !leaving && !(beyond && lanes.repeatDeadline(how) <= now)) return false;
    const writer = new ByteWriter(new Uint8Array(ROOM_BYTES));
    const carried: Carried[] = [];
    if (this.#received.owes || how.lossy) this.#writeAck(now, writer, carried);
    const unasked = writer.offset;
    lanes.writeCredit(now, how.smoothedMs, writer, carried);
    if (beyond) lanes.fill(now, writer, carried, { ...how, urgentOnly: !open, leaving });
    if (probing && writer.offset === unasked) writeChunk(writer, { kind: 'ping' });
    if (probing) this.#probes -= 1;
    if (writer.offset === 0) return false;
    const eliciting = writer.offset > unasked;
    const number = this.#recovery.nextNumber('connection');
    const bytes = writer.offset + OVERHEAD_BYTES;
    const packet = { number, sentAt: now, bytes, eliciting, inFlight: eliciting, path: 0, carried };
    this.#recovery.sent('connection', packet);
    this.packetsSent += 1;
    this.#send({ number, payload: writer.written });
    return true;
  }

  get #how() {
    const { lossRate, probeCount, rtt } = this.#recovery;
    return { lossy: lossRate >= URGENT_LOSS_MIN, probeCount, smoothedMs: rtt.smoothedMs };
  }

  #writeAck(now: number, writer: ByteWriter, carried: Carried[]): void {
    const ack = this.#received.ack(now);
    const largest = ack?.ranges[0]?.last;
    if (ack === undefined || largest === undefined) return;
    writeChunk(writer, { kind: 'ack', ...ack });
    carried.push({ kind: 'ack', largest });
  }

  #settle(acked: readonly SentPacket[], lost: readonly SentPacket[]): void {
    for (const { carried } of acked) {
      this.acknowledged({ carried });
      for (const part of carried) if (part.kind === 'ack') this.#received.ackAcknowledged(part.largest);
    }
    for (const packet of lost) this.lost(packet);
  }

  #deadline(): number {
    return Math.min(
      this.#recovery.deadline(),
      this.#received.deadline(),
      this.lanes.wantsToSend
        ? this.#recovery.sendableAt(this.#time.now, DATAGRAM_MAX_BYTES)
        : Number.POSITIVE_INFINITY,
      this.#recovery.bytesInFlight < URGENT_WINDOW_BYTES
        ? this.lanes.repeatDeadline(this.#how)
        : Number.POSITIVE_INFINITY,
    );
  }

  #expire(): void {
    const { now } = this.#time;
    if (this.#recovery.deadline() <= now) {
      const { lost, probes } = this.#recovery.expire(now);
      this.#settle([], lost);
      this.#probes = probes;
      if (probes > 0) this.lanes.prepareProbe();
    }
    this.flush();
  }
}
