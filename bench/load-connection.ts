/**
 * A client that spends as little as it can: it resumes a session, then looks at frame headers and sequence numbers
 * only. What the SDK costs is not what these benchmarks measure.
 */
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  BODY_MAX_BYTES,
  decode,
  encode,
  type FrameFields,
  FrameReader,
  HEADER_BYTES,
  NO_BINDING,
  proofInput,
  type RequestName,
  readHeader,
  transcript,
} from '@sotto/protocol';
import { ContentSchema, FrameType } from '@sotto/schema';
import type { Credentials } from './seed.ts';
import { type BenchTransport, openWire, type Wire } from './wires.ts';

const VERSION = 1;
const MESSAGE_TEXT = 'm'.repeat(200);
const ID_BYTES = 16;
const content = toBinary(
  ContentSchema,
  create(ContentSchema, { content: { case: 'plain', value: MESSAGE_TEXT } }),
);

export class LoadConnection {
  received = 0;
  /** It is over. */
  isClosed = false;
  /** Events that did not follow the one before. */
  misplaced = 0;
  /** Called for each message that came back to its sender. */
  onOwnEvent: () => void = () => {};
  /** Called for each event, whoever it is of. */
  onEvent: () => void = () => {};
  /** Called for each message that is durable. */
  onAccepted: () => void = () => {};
  /** Called with each whole frame about an answer of an assistant; the bytes are valid during the call only. */
  onAnswer: (frame: Uint8Array) => void = () => {};
  #wire: Wire | undefined;
  readonly #reader = new FrameReader();
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  #requestId = 0;
  #user = 0;
  #stream = 0;
  #sequence = 0;
  #acknowledged = 0;
  #message: Uint8Array = new Uint8Array(0);
  /** Where the client message id stands in it. */
  #idAt = 0;

  private constructor() {
    this.#reader.bodyMaxBytes = BODY_MAX_BYTES;
  }

  static async open(transport: BenchTransport, port: number): Promise<LoadConnection> {
    const connection = new LoadConnection();
    connection.#wire = await openWire(transport, port, {
      received: (bytes) => connection.#receive(bytes),
      closed: () => connection.#closed(),
    });
    return connection;
  }

  async resume({ token, deviceKey, user }: Credentials): Promise<void> {
    const hello = encode(0, 'hello', this.#nextId(), {
      versions: [VERSION],
      agent: 'bench',
      binding: NO_BINDING.kind,
    });
    const welcome = await this.#exchange(hello);
    const hash = createHash('sha256').update(transcript(hello, welcome)).digest();
    const key = createPrivateKey({ key: Buffer.from(deviceKey, 'hex'), format: 'der', type: 'pkcs8' });
    const signature = sign(null, proofInput('sotto/1 resume', hash, NO_BINDING), key);
    this.#user = user;
    await this.request('resume', { token: Uint8Array.fromHex(token), signature });
  }

  /** The whole frame that answers; throws where that is an error. */
  async request<Name extends RequestName>(name: Name, fields: FrameFields<Name>): Promise<Uint8Array> {
    const answer = await this.#exchange(encode(VERSION, name, this.#nextId(), fields));
    if (readHeader(answer).type === FrameType.ERROR) {
      const { code, detail } = decode('error', answer);
      throw new Error(`${name}: error ${code} ${detail}`);
    }
    return answer;
  }

  async follow(stream: number, after: number): Promise<void> {
    this.#stream = stream;
    this.#sequence = after;
    await this.request('subscribe', { cursors: [{ stream, after }] });
  }

  /** Makes `send` possible: everything of a message but its ids is encoded once. */
  prepare(room: number): void {
    const clientMessageId = crypto.getRandomValues(new Uint8Array(ID_BYTES));
    this.#message = encode(VERSION, 'sendMessage', 0, { room, clientMessageId, content });
    this.#idAt = Buffer.from(this.#message.buffer).indexOf(clientMessageId);
  }

  send(): void {
    const frame = this.#message.slice();
    new DataView(frame.buffer).setUint32(6, this.#nextId());
    crypto.getRandomValues(frame.subarray(this.#idAt, this.#idAt + ID_BYTES));
    this.#write(frame);
  }

  /** One message of these words; nobody waits for its acknowledgement. */
  say(room: number, text: string): void {
    const content = toBinary(
      ContentSchema,
      create(ContentSchema, { content: { case: 'plain', value: text } }),
    );
    const clientMessageId = crypto.getRandomValues(new Uint8Array(ID_BYTES));
    this.#write(encode(VERSION, 'sendMessage', this.#nextId(), { room, clientMessageId, content }));
  }

  /** As a real client does every 100 ms. */
  acknowledge(): void {
    if (this.#sequence === this.#acknowledged) return;
    this.#acknowledged = this.#sequence;
    const progress = [{ stream: this.#stream, delivered: this.#sequence, read: 0 }];
    this.#write(encode(VERSION, 'acknowledge', 0, { progress }));
  }

  close(): void {
    this.#wire?.close();
  }

  #receive(bytes: Uint8Array): void {
    this.#reader.push(bytes, (frame) => this.#take(frame));
  }

  #take(frame: Uint8Array): void {
    switch (frame[1]) {
      case FrameType.EVENT:
        this.#takeEvent(frame);
        return;
      case FrameType.MESSAGE_ACCEPTED:
        this.onAccepted();
        return;
      case FrameType.ANSWER_UPDATE:
        this.onAnswer(frame);
        return;
      case FrameType.PING:
        this.#write(encode(VERSION, 'pong', 0, { sentAtMs: decode('ping', frame).sentAtMs }));
        return;
      default:
        this.#waiting.get(readHeader(frame).requestId)?.resolve(frame.slice());
    }
  }

  /** Fields 1 to 4 of an Event (stream, sequence, kind, sender) are varints in this order, and never absent here. */
  #takeEvent(frame: Uint8Array): void {
    this.received++;
    const [, streamEnd] = readVarint(frame, HEADER_BYTES + 1);
    const [sequence, sequenceEnd] = readVarint(frame, streamEnd + 1);
    const [, kindEnd] = readVarint(frame, sequenceEnd + 1);
    const [sender] = readVarint(frame, kindEnd + 1);
    if (sequence !== ++this.#sequence) this.misplaced++;
    this.onEvent();
    if (sender === this.#user) this.onOwnEvent();
  }

  async #exchange(frame: Uint8Array): Promise<Uint8Array> {
    const id = this.#requestId;
    const answered = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(id, answered);
    this.#write(frame);
    const answer = await answered.promise;
    this.#waiting.delete(id);
    return answer;
  }

  #closed(): void {
    this.isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(new Error('the server ended the connection'));
  }

  #nextId(): number {
    return ++this.#requestId;
  }

  #write(bytes: Uint8Array): void {
    this.#wire?.write(bytes);
  }
}

/** A varint of at most 32 bits, and where it ends. */
function readVarint(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  for (let at = start, shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value >>> 0, at];
  }
}
