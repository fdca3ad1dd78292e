import { beforeAll, describe, expect, test } from 'bun:test';
import * as opaque from '@serenity-kit/opaque';
import { ChannelBinding, ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import type { Channel } from './channel.ts';
import type { AccountStore } from './store.ts';
import {
  type Device,
  decode,
  logIn,
  makeChannel,
  makeDevice,
  refusal,
  register,
  startLogin,
} from './testing/client.ts';
import { makeStore, makeWorld, type World } from './testing/world.ts';

let device: Device;
beforeAll(async () => {
  device = await makeDevice();
});

async function worldWithAlice(): Promise<World> {
  const world = await makeWorld();
  await register(world.accounts, 'Alice', 'correct horse');
  return world;
}

describe('logging in (A1)', () => {
  test('[LOGIN-3] a password opens a session, and both sides prove it', async () => {
    const { accounts } = await worldWithAlice();
    const channel = makeChannel();
    const { pending, keys } = await startLogin(accounts, 'alice', 'correct horse', device, channel);
    const grant = await accounts.login.finish(pending, {
      finishRequest: keys?.ke3 ?? new Uint8Array(),
      confirmation: keys?.confirm('sotto/1 client') ?? new Uint8Array(),
      deviceName: "alice's laptop",
    });
    expect(grant.user).toMatchObject({ number: 1, name: 'Alice', owner: true });
    expect(grant.session).toMatchObject({ generation: 1, deviceName: "alice's laptop", agent: 'test/1' });
    expect(grant.token).toHaveLength(32);
    expect(grant.confirmation).toEqual(keys?.confirm('sotto/1 server') ?? new Uint8Array());
  });

  test('a UUID is accepted in place of a name (A4)', async () => {
    const { accounts } = await worldWithAlice();
    const uuid = (await accounts.users.byName('alice'))?.uuid ?? '';
    expect((await logIn(accounts, uuid.toUpperCase(), 'correct horse', device)).user.name).toBe('Alice');
  });

  test('[LOGIN-4] a wrong password and an unknown name differ in nothing but their bytes', async () => {
    const calls: string[] = [];
    const store = await makeStore();
    const spy: AccountStore = new Proxy(store, {
      get(target, property) {
        const method: unknown = Reflect.get(target, property);
        if (typeof method !== 'function') return method;
        calls.push(String(property));
        return method.bind(target);
      },
    });
    const { accounts } = await makeWorld({ store: spy });
    await register(accounts, 'alice', 'right');
    const traceOf = async (name: string) => {
      calls.length = 0;
      const { response, pending, keys } = await startLogin(accounts, name, 'wrong', device);
      expect(keys).toBeUndefined();
      const refused = await refusal(
        accounts.login.finish(pending, {
          finishRequest: new Uint8Array(64),
          confirmation: new Uint8Array(32),
          deviceName: '',
        }),
      );
      return { bytes: response.length, calls: [...calls], refused };
    };
    const known = await traceOf('alice');
    expect(known).toEqual(await traceOf('nobody'));
    expect(known.refused?.code).toBe(ErrorCode.LOGIN_FAILED);
  });

  test('[LOGIN-4] an unknown name has its own constant OPRF key, as a known one has', async () => {
    const world = await worldWithAlice();
    const restarted = await world.restart();
    const ke1 = opaque.client.startLogin({ password: 'x' }).startLoginRequest;
    // KE2 begins with the evaluated element: a function of the request and the name's OPRF key alone.
    const evaluated = async ({ accounts }: World, name: string) => {
      const channel = makeChannel();
      const request = {
        name,
        startRequest: decode(ke1),
        deviceKey: device.publicKey,
        deviceSignature: await device.sign('sotto/1 device', channel),
      };
      return (await accounts.login.start(request, channel)).response.toHex().slice(0, 64);
    };
    const alice = await evaluated(world, 'alice');
    const nobody = await evaluated(world, 'nobody');
    expect(await evaluated(restarted, 'alice')).toBe(alice);
    expect(await evaluated(restarted, 'nobody')).toBe(nobody);
    expect(alice).not.toBe(nobody);
  });
});

describe('a negotiation changed on the way (T8)', () => {
  const tampered = (channel: Channel): readonly Channel[] => [
    { ...channel, transcriptHash: new Uint8Array(32) },
    { ...channel, binding: { kind: ChannelBinding.CERTIFICATE, value: new Uint8Array(32) } },
  ];

  test('[LOGIN-5] [BIND-2] a confirmation of another negotiation is refused, though the password is right', async () => {
    const { accounts, store } = await worldWithAlice();
    for (const seen of tampered(makeChannel())) {
      const login = await startLogin(accounts, 'alice', 'correct horse', device);
      const finished = accounts.login.finish(login.pending, {
        finishRequest: login.keys?.ke3 ?? new Uint8Array(),
        confirmation: login.keys?.confirm('sotto/1 client', seen) ?? new Uint8Array(),
        deviceName: '',
      });
      expect((await refusal(finished))?.code).toBe(ErrorCode.DOWNGRADE_DETECTED);
    }
    expect(await store.sessions(undefined, 10)).toEqual([]);
  });

  test('[LOGIN-5] [BIND-2] so is a device signature of another one, before the attempt counts', async () => {
    const { accounts, store } = await worldWithAlice();
    const channel = makeChannel();
    for (const seen of tampered(channel)) {
      const request = {
        name: 'alice',
        startRequest: new Uint8Array(96),
        deviceKey: device.publicKey,
        deviceSignature: await device.sign('sotto/1 device', seen),
      };
      const started = accounts.login.start(request, channel);
      expect((await refusal(started))?.code).toBe(ErrorCode.DOWNGRADE_DETECTED);
    }
    expect(await store.throttle(`source:${channel.source}`)).toBeUndefined();
  });

  test('[LOGIN-5] a proof under another label is worth nothing', async () => {
    const { accounts } = await worldWithAlice();
    const login = await startLogin(accounts, 'alice', 'correct horse', device);
    const finished = accounts.login.finish(login.pending, {
      finishRequest: login.keys?.ke3 ?? new Uint8Array(),
      confirmation: login.keys?.confirm('sotto/1 server') ?? new Uint8Array(),
      deviceName: '',
    });
    expect((await refusal(finished))?.code).toBe(ErrorCode.DOWNGRADE_DETECTED);
  });

  test('[LOGIN-6] a pending log-in is good for one answer', async () => {
    const { accounts } = await worldWithAlice();
    const { pending, keys } = await startLogin(accounts, 'alice', 'correct horse', device);
    const answer = {
      finishRequest: keys?.ke3 ?? new Uint8Array(),
      confirmation: keys?.confirm('sotto/1 client') ?? new Uint8Array(),
      deviceName: '',
    };
    await accounts.login.finish(pending, answer);
    expect((await refusal(accounts.login.finish(pending, answer)))?.code).toBe(ErrorCode.LOGIN_FAILED);
  });
});

describe('anything else that comes in', () => {
  const bytes = (length: number) =>
    fc.oneof(
      fc.uint8Array({ minLength: length, maxLength: length }),
      fc.uint8Array({ maxLength: 400 }),
      fc.constant(new Uint8Array(length)),
    );

  test('[LOGIN-7] step 1 ends with a reply or a SottoError', async () => {
    const { accounts } = await worldWithAlice();
    const channel = makeChannel();
    const signature = await device.sign('sotto/1 device', channel);
    const request = fc.record({
      name: fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('alice', 'nobody')),
      startRequest: bytes(96),
      deviceKey: fc.oneof({ weight: 4, arbitrary: fc.constant(device.publicKey) }, bytes(32)),
      deviceSignature: fc.oneof({ weight: 4, arbitrary: fc.constant(signature) }, bytes(64)),
    });
    await fc.assert(
      fc.asyncProperty(request, async (input) => void (await refusal(accounts.login.start(input, channel)))),
      { numRuns: 300 },
    );
  });

  test('[LOGIN-7] step 2 ends with LOGIN_FAILED or names the field at fault', async () => {
    const { accounts } = await makeWorld({ throttlePolicies: UNTHROTTLED });
    await register(accounts, 'alice', 'right');
    const proof = fc.record({
      finishRequest: bytes(64),
      confirmation: bytes(32),
      deviceName: fc.string({ unit: 'binary', maxLength: 80 }),
    });
    await fc.assert(
      fc.asyncProperty(proof, async (input) => {
        const { pending } = await startLogin(accounts, 'alice', 'right', device);
        const refused = await refusal(accounts.login.finish(pending, input));
        expect([ErrorCode.LOGIN_FAILED, ErrorCode.ARGUMENT_INVALID]).toContain(refused?.code ?? 0);
      }),
      { numRuns: 60 },
    );
  });
});

const NEVER = { firstDelayed: 1e6, baseDelayMs: 1, maxDelayMs: 1, forgetMs: 1 };
const UNTHROTTLED = { account: NEVER, source: NEVER, registration: NEVER };
