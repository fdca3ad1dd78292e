/** What a client does with passwords, over a peer's connection: OPAQUE's client, with key stretching as cheap as it gets. */
import { createHash } from 'node:crypto';
import * as opaque from '@serenity-kit/opaque';
import { type FrameMessage, NO_BINDING, type ProofLabel, proofInput } from '@sotto/protocol';
import { hmacSha256 } from '../accounts/digests.ts';
import { CHEAP_STRETCHING, type Device, makeDevice } from '../accounts/testing/client.ts';
import type { Peer } from './peer.ts';
import type { World } from './world.ts';

const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'));
const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const keyStretching = CHEAP_STRETCHING;

export class PasswordClient {
  readonly peer: Peer;
  readonly device: Device;
  readonly #world: World;
  readonly #transcriptHash: Uint8Array;
  #sessionKey: Uint8Array = new Uint8Array(0);

  private constructor(world: World, peer: Peer, device: Device) {
    this.#world = world;
    this.peer = peer;
    this.device = device;
    this.#transcriptHash = new Uint8Array(createHash('sha256').update(peer.session.transcript).digest());
  }

  static async connect(world: World, device?: Device): Promise<PasswordClient> {
    await opaque.ready;
    return new PasswordClient(world, await world.connect(), device ?? (await makeDevice()));
  }

  /** Connects, registers where `name` is new to this test, and logs in. */
  static async create(world: World, name: string, password: string): Promise<PasswordClient> {
    const client = await PasswordClient.connect(world);
    await client.register(name, password);
    await client.logIn(name, password);
    return client;
  }

  request: Peer['request'] = (name, fields) => this.#world.run(this.peer.request(name, fields));

  async register(
    name: string,
    password: string,
    with_: { code?: string; sealedBackupKey?: Uint8Array } = {},
  ) {
    const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
    const request = { name, registrationRequest: decode(registrationRequest), code: with_.code ?? '' };
    const { registrationResponse } = await this.request('registerStart', request);
    const registrationRecord = this.#record(password, clientRegistrationState, registrationResponse);
    const sealedBackupKey = with_.sealedBackupKey ?? new Uint8Array(0);
    await this.request('registerFinish', { registrationRecord, sealedBackupKey });
  }

  /** Rejects with what the server refuses with; a wrong password is LOGIN_FAILED as for any client. */
  async logIn(name: string, password: string): Promise<FrameMessage<'sessionGranted'>> {
    const finish = await this.startLogIn(name, password);
    return finish();
  }

  /** The first step; what comes back is the second. */
  async startLogIn(name: string, password: string): Promise<() => Promise<FrameMessage<'sessionGranted'>>> {
    const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
    const { response } = await this.request('loginStart', {
      name,
      startRequest: decode(startLoginRequest),
      deviceKey: this.device.publicKey,
      deviceSignature: await this.sign('sotto/1 device'),
    });
    const proof = this.#proof(password, clientLoginState, response, 'sotto/1 client');
    return () => this.request('loginFinish', { ...proof, deviceName: 'a laptop' });
  }

  async logInWithToken(token: string): Promise<FrameMessage<'sessionGranted'>> {
    return this.request('loginToken', {
      token,
      deviceKey: this.device.publicKey,
      deviceSignature: await this.sign('sotto/1 device'),
      deviceName: 'a bot',
    });
  }

  async prove(password: string, { confirm }: { confirm: ProofLabel } = { confirm: 'sotto/1 client' }) {
    const { clientLoginState, startLoginRequest } = opaque.client.startLogin({ password });
    const { response } = await this.request('proveStart', { startRequest: decode(startLoginRequest) });
    await this.request('proveFinish', this.#proof(password, clientLoginState, response, confirm));
  }

  async setPassword(password: string, sealedBackupKey = new Uint8Array(0)): Promise<void> {
    const { clientRegistrationState, registrationRequest } = opaque.client.startRegistration({ password });
    const request = { registrationRequest: decode(registrationRequest) };
    const { registrationResponse } = await this.request('setPasswordStart', request);
    const registrationRecord = this.#record(password, clientRegistrationState, registrationResponse);
    await this.request('setPasswordFinish', { registrationRecord, sealedBackupKey });
  }

  sign(label: ProofLabel): Promise<Uint8Array> {
    const channel = { transcriptHash: this.#transcriptHash, binding: NO_BINDING, source: '', agent: '' };
    return this.device.sign(label, channel);
  }

  #record(password: string, clientRegistrationState: string, response: Uint8Array): Uint8Array {
    const registrationResponse = encode(response);
    const known = { password, clientRegistrationState, registrationResponse, keyStretching };
    return decode(opaque.client.finishRegistration(known).registrationRecord);
  }

  /** As the last log-in's session key makes it. */
  confirmation(label: ProofLabel): Uint8Array {
    const covered = proofInput(label, this.#transcriptHash, NO_BINDING);
    return hmacSha256(this.#sessionKey, covered);
  }

  /** With a wrong password: bytes that prove nothing. */
  #proof(password: string, clientLoginState: string, response: Uint8Array, label: ProofLabel) {
    const loginResponse = encode(response);
    const result = opaque.client.finishLogin({ password, clientLoginState, loginResponse, keyStretching });
    if (result === undefined) return { finishRequest: new Uint8Array(64), confirmation: new Uint8Array(32) };
    this.#sessionKey = decode(result.sessionKey);
    return { finishRequest: decode(result.finishLoginRequest), confirmation: this.confirmation(label) };
  }
}
