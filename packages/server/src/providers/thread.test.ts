/** Providers in their thread, at real HTTP servers on this machine (I1, I3). */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { ProviderError, type ProviderPart } from '../assistants/provider.ts';
import { collect, REQUEST } from './testing/collect.ts';
import { DEFAULT_TEXT } from './testing/model-mode.ts';
import { ModelServer } from './testing/model-server.ts';
import { ProviderThread } from './thread.ts';

let server: ModelServer;
let workers: Worker[];
let thread: ProviderThread;

const provider = () => thread.open({ kind: 'openai', url: server.url, key: server.key });

beforeEach(async () => {
  server = await ModelServer.start('openai');
  workers = [];
  thread = new ProviderThread([], () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url).href);
    workers.push(worker);
    return worker;
  });
});
afterEach(async () => {
  thread.stop();
  await server.drained();
  await server.close();
});

test('[PROVIDER-1] I1: fifty answers at a time come whole, each to whoever asked, through one thread', async () => {
  server.always(({ body }) => ({
    kind: 'answer',
    text: `${typeof body === 'string' ? '' : body.messages?.[1]?.content} `.repeat(20),
    pauseMs: 5,
  }));
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => collect(provider(), undefined, { ...REQUEST, user: `no-${n}` })),
  );
  for (const [n, { text, end, error }] of answers.entries()) {
    expect(text).toBe(`no-${n} `.repeat(20));
    expect(end?.reason).toBe('complete');
    expect(error).toBeUndefined();
  }
  expect(workers).toHaveLength(1);
});

test('[PROVIDER-5] I3: a failure crosses with its fault and the time to try again; text before it is not lost', async () => {
  server.next({ kind: 'status', status: 429, retryAfter: '7' }, { kind: 'cutOff', words: 2 });
  const limited = (await collect(provider())).error;
  expect(limited).toBeInstanceOf(ProviderError);
  expect(limited).toMatchObject({ fault: 'rateLimited', retryAfterMs: 7_000 });
  expect(limited?.message).not.toContain(server.key);
  expect(await collect(provider())).toMatchObject({ text: 'A model ', error: { fault: 'unreachable' } });
});

test('[REPLY-4] I2: giving up, or leaving in the middle, ends the request', async () => {
  server.always({ kind: 'endless', how: 'words' });
  const controller = new AbortController();
  const reason = new Error('enough');
  const given: ProviderPart[] = [];
  const read = async () => {
    for await (const part of provider().stream(REQUEST, controller.signal)) {
      given.push(part);
      controller.abort(reason);
    }
  };
  expect(await read().catch((error) => error)).toBe(reason);
  expect(given).toHaveLength(1);
  for await (const part of provider().stream(REQUEST, new AbortController().signal)) {
    expect(part.kind).toBe('text');
    break;
  }
  await server.drained();
});

test('[ASK-4] I3: when the thread ends, who waits is told, and the next question begins another', async () => {
  server.next({ kind: 'silent' });
  const waiting = collect(provider());
  while (server.requests.length === 0) await Bun.sleep(5);
  workers[0]?.terminate();
  expect((await waiting).error).toMatchObject({ fault: 'failed' });
  expect((await collect(provider())).text).toBe(DEFAULT_TEXT);
  expect(workers).toHaveLength(2);
});

test('[REPLY-3] I3: stopping tells who waits', async () => {
  server.next({ kind: 'silent' });
  const waiting = collect(provider());
  while (server.requests.length === 0) await Bun.sleep(5);
  thread.stop();
  expect((await waiting).error).toMatchObject({ fault: 'failed' });
});
