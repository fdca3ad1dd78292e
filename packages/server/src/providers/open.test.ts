/** Against real HTTP on this machine, in the manner of both kinds of provider. */
import { afterEach, beforeEach, describe, expect, spyOn, test } from 'bun:test';
import { ProviderError } from '../assistants/provider.ts';
import type { ProviderKind } from '../assistants/store.ts';
import { createOpenProvider } from './open.ts';
import { collect, REQUEST } from './testing/collect.ts';
import { DEFAULT_TEXT, type ModelMode } from './testing/model-mode.ts';
import { ModelServer } from './testing/model-server.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const open = createOpenProvider([], { nowMs: () => NOW_MS });

describe.each(['openai', 'ollama'] as const)(
  'a provider in the manner of %s (I1)',
  (manner: ProviderKind) => {
    let server: ModelServer;
    const key = () => (manner === 'openai' ? server.key : undefined);
    const provider = (url = server.url) => open({ kind: manner, url, key: key() });
    const ask = (mode: ModelMode) => {
      server.next(mode);
      return collect(provider());
    };

    beforeEach(async () => {
      server = await ModelServer.start(manner);
    });
    afterEach(async () => {
      // Nothing leaks, whatever became of the request.
      await server.drained();
      await server.close();
    });

    test('[PROVIDER-1] I1: one streamed POST below the base URL, with two messages and nothing else', async () => {
      const { text, end } = await collect(provider());
      expect(text).toBe(DEFAULT_TEXT);
      expect(end).toEqual({ kind: 'end', reason: 'complete', tokens: { prompt: 11, answer: 4 } });
      expect(server.requests).toHaveLength(1);
      const [request] = server.requests;
      expect(request).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
      expect(request?.body).toEqual({
        model: 'small',
        max_tokens: 50,
        messages: [
          { role: 'system', content: REQUEST.system },
          { role: 'user', content: REQUEST.user },
        ],
        stream: true,
        stream_options: { include_usage: true },
      });
      expect(request?.headers.authorization).toBe(manner === 'openai' ? `Bearer ${server.key}` : undefined);
      expect(request?.headers['user-agent']).toBe('sotto');
    });

    test('[PROVIDER-1] I1: the base URL may end in a slash, and that of Ollama in /v1', async () => {
      const root = `http://127.0.0.1:${server.port}`;
      const urls = manner === 'ollama' ? [root, `${root}/`, `${root}/v1`, `${root}/v1/`] : [`${root}/v1/`];
      for (const url of urls) expect((await collect(provider(url))).text).toBe(DEFAULT_TEXT);
    });

    test('[PROVIDER-1] I2: text comes while it is written, as it is written', async () => {
      const text = 'Grüße,  \n\n「世界」 🌱 <think>aloud</think> ';
      server.next({ kind: 'answer', text, firstByteMs: 20, pauseMs: 10 });
      const pieces: string[] = [];
      for await (const part of provider().stream(REQUEST, new AbortController().signal))
        if (part.kind === 'text') pieces.push(part.text);
      expect(pieces.join('')).toBe(text);
      expect(pieces.length).toBeGreaterThan(1);
    });

    test.each([
      [{ finish: 'length' }, 'length'],
      [{ finish: 'content_filter' }, 'filtered'],
      [{ finish: 'stop', text: '' }, 'complete'],
    ] as const)('[PROVIDER-1] I1: an answer that ends by %j is %s', async (answer, reason) => {
      expect(await ask({ kind: 'answer', ...answer })).toMatchObject({ end: { reason }, error: undefined });
    });

    test('[PROVIDER-1] I1: tokens are as the provider counted them, where it counted', async () => {
      expect((await ask({ kind: 'answer', usage: { prompt: 1234, answer: 56 } })).end?.tokens).toEqual({
        prompt: 1234,
        answer: 56,
      });
      expect((await ask({ kind: 'answer', usage: 'none' })).end?.tokens).toBeUndefined();
      expect((await ask({ kind: 'answer', usage: { prompt: -5, answer: 1.5 } })).end?.tokens).toBeUndefined();
    });

    test('[PROVIDER-1] I1: what a model thinks before it answers is no part of the answer', async () => {
      expect(await ask({ kind: 'answer', reasoning: 'the user is wrong', text: 'Yes.' })).toMatchObject({
        text: 'Yes.',
        thought: true,
        end: { reason: 'complete' },
      });
    });

    test.each([
      [{ kind: 'cutOff', words: 2 }, 'unreachable', 'A model '],
      [{ kind: 'cutOff', words: 0 }, 'unreachable', ''],
      [{ kind: 'hangUp' }, 'unreachable', ''],
      [{ kind: 'answer', finish: 'none' }, 'unreachable', DEFAULT_TEXT],
      [{ kind: 'answer', finish: 'tool_calls' }, 'malformed', DEFAULT_TEXT],
      [{ kind: 'malformed', how: 'json' }, 'malformed', 'Well, '],
      [{ kind: 'malformed', how: 'shape' }, 'malformed', 'Well, '],
      [{ kind: 'malformed', how: 'error' }, 'failed', 'Well, '],
      [{ kind: 'malformed', how: 'truncated' }, 'unreachable', 'Well, '],
      [{ kind: 'malformed', how: 'text' }, 'malformed', ''],
      [{ kind: 'malformed', how: 'empty' }, 'unreachable', ''],
      [{ kind: 'malformed', how: 'html' }, 'malformed', ''],
      [{ kind: 'malformed', how: 'toolCall' }, 'malformed', ''],
      [{ kind: 'status', status: 401 }, 'unauthorized', ''],
      [{ kind: 'status', status: 403 }, 'unauthorized', ''],
      [{ kind: 'status', status: 400 }, 'refused', ''],
      [{ kind: 'status', status: 404 }, 'refused', ''],
      [{ kind: 'status', status: 418, body: '' }, 'refused', ''],
      [{ kind: 'status', status: 429 }, 'rateLimited', ''],
      [{ kind: 'status', status: 500 }, 'failed', ''],
      [{ kind: 'status', status: 503, body: '<h1>Busy</h1>' }, 'failed', ''],
      [{ kind: 'status', status: 204 }, 'malformed', ''],
    ] as const)('[PROVIDER-3] I3: %j is %s, after %j', async (mode, fault, before) => {
      const { text, end, error } = await ask(mode);
      expect({ text, end, fault: error?.fault }).toEqual({ text: before, end: undefined, fault });
    });

    test('[PROVIDER-3] I3: what is not UTF-8 fails', async () => {
      expect((await ask({ kind: 'malformed', how: 'utf8' })).error?.fault).toBe('malformed');
    });

    test.each([
      ['7', 7_000],
      ['0', 0],
      [new Date(NOW_MS + 90_000).toUTCString(), 90_000],
      [new Date(NOW_MS - 90_000).toUTCString(), 0],
      ['soon', undefined],
      ['-1', undefined],
      ['99999999', 86_400_000],
      [undefined, undefined],
    ] as const)('[PROVIDER-5] I3: Retry-After %j is %j ms', async (retryAfter, expected) => {
      const { error } = await ask({ kind: 'status', status: 429, ...(retryAfter && { retryAfter }) });
      expect(error?.retryAfterMs).toBe(expected);
    });

    test('[PROVIDER-5] I1: nothing is asked twice here, whatever is answered', async () => {
      await ask({ kind: 'status', status: 503, retryAfter: '0' });
      await ask({ kind: 'hangUp' });
      expect(server.requests).toHaveLength(2);
    });

    test('[ASK-4] I3: what is said of a failure names what to do, and neither the key nor what was asked', async () => {
      const said: string[] = [];
      const modes: ModelMode[] = [
        ...[400, 401, 402, 404, 413, 429, 500].map((status) => ({ kind: 'status', status }) as const),
        { kind: 'status', status: 400, code: 'context_length_exceeded' },
        { kind: 'malformed', how: 'error' },
        { kind: 'malformed', how: 'json' },
        { kind: 'hangUp' },
        { kind: 'redirect', to: 'https://elsewhere.example/' },
      ];
      for (const mode of modes) {
        const { error } = await ask(mode);
        said.push(Bun.inspect(error));
      }
      const all = said.join('\n');
      for (const secret of [server.key, REQUEST.user, REQUEST.system, 'fire'])
        expect(all).not.toContain(secret);
      for (const hint of ['SOTTO_AI_KEY', 'SOTTO_AI_CONTEXT', 'billing', 'redirect'])
        expect(all).toContain(hint);
      const { error } = await collect(provider(), undefined, { ...REQUEST, model: 'unheard-of' });
      expect(error?.message).toContain(
        manner === 'ollama' ? '`ollama pull unheard-of`' : 'unheard-of is not known',
      );
    });

    test.each([
      { kind: 'silent' },
      { kind: 'stall', words: 2 },
      { kind: 'answer', pauseMs: 50, text: 'word '.repeat(100) },
      { kind: 'endless', how: 'error' },
    ] as const)('[REPLY-4] I3: giving up ends the request (%j)', async (mode) => {
      server.next(mode);
      const controller = new AbortController();
      const asked = collect(provider(), controller.signal);
      const outcome = asked.then(
        ({ error }) => error,
        (reason: unknown) => reason,
      );
      while (server.requests.length === 0) await Bun.sleep(1);
      controller.abort(new Error('the asker left'));
      const thrown = await outcome;
      // The one that ends by itself may have ended before.
      if (mode.kind !== 'endless') expect(thrown).toEqual(new Error('the asker left'));
      await server.drained();
    });

    test('[REPLY-4] I3: who stops reading ends the request; who gave up before asks nothing', async () => {
      server.next({ kind: 'answer', pauseMs: 20, text: 'word '.repeat(1000) });
      for await (const part of provider().stream(REQUEST, new AbortController().signal)) {
        expect(part.kind).toBe('text');
        break;
      }
      await server.drained();
      const reason = new Error('too late');
      expect(collect(provider(), AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(server.requests).toHaveLength(1);
    });

    test.each(['words', 'line', 'headers', 'error', 'comments'] as const)(
      '[PROVIDER-3] I3: 100 MB of %s are cut off',
      async (how) => {
        const { text, end, error } = await ask({ kind: 'endless', how });
        expect(error?.fault).toBe(how === 'error' ? 'failed' : 'malformed');
        expect(end).toBeUndefined();
        expect(text.length).toBeLessThan(4 * 1024 * 1024);
      },
    );

    test('[PROVIDER-3] I3: memory is bounded although nobody reads: the request ends meanwhile', async () => {
      server.next({ kind: 'endless', how: 'words' });
      const parts = provider().stream(REQUEST, new AbortController().signal)[Symbol.asyncIterator]();
      expect((await parts.next()).value).toMatchObject({ kind: 'text' });
      await server.drained();
      await parts.return?.();
    });

    test('[PROVIDER-2] I3: a redirect is not followed', async () => {
      const other = await ModelServer.start(manner);
      for (const status of [301, 302, 307, 308]) {
        const { error } = await ask({ kind: 'redirect', to: `${other.url}/chat/completions`, status });
        expect(error?.fault).toBe('refused');
        expect(error?.message).toContain('redirect');
      }
      expect(other.requests).toEqual([]);
      await other.close();
    });

    test('[PROVIDER-1] I1: fifty at a time each get their own answer', async () => {
      server.always(({ body }) => ({
        kind: 'answer',
        text: typeof body === 'string' ? '' : `you said ${body.messages?.[1]?.content}`,
        pauseMs: 1,
      }));
      const signal = new AbortController().signal;
      const asked = Array.from({ length: 50 }, (_, n) =>
        collect(provider(), signal, { ...REQUEST, user: `n ${n}` }),
      );
      expect((await Promise.all(asked)).map(({ text }) => text)).toEqual(
        Array.from({ length: 50 }, (_, n) => `you said n ${n}`),
      );
    });
  },
);

describe('providers (I1)', () => {
  test('[PROVIDER-1] I1: a wrong key is refused by the provider, and one that no header takes by us', async () => {
    await using server = await ModelServer.start('openai');
    const error = async (key: string | undefined) =>
      (await collect(open({ kind: 'openai', url: server.url, key }))).error;
    expect(await error('sk-wrong')).toMatchObject({ fault: 'unauthorized' });
    expect(await error(undefined)).toMatchObject({ fault: 'unauthorized' });
    expect(server.requests).toHaveLength(2);
    const bad = await error('sk-näh\nX-Evil: 1');
    expect(bad?.fault).toBe('unauthorized');
    expect(bad?.message).not.toContain('Evil');
    expect(server.requests).toHaveLength(2);
  });

  test('[PROVIDER-1] I1: nothing there, and no URL at all, say so', async () => {
    const server = await ModelServer.start('ollama');
    const { url } = server;
    await server.close();
    const { error } = await collect(open({ kind: 'ollama', url, key: undefined }));
    expect(error?.fault).toBe('unreachable');
    expect(error?.message).toContain('ollama serve');
    for (const wrong of ['', 'nonsense', 'file:///etc/passwd', 'ftp://127.0.0.1/'])
      expect((await collect(open({ kind: 'openai', url: wrong, key: 'k' }))).error?.fault).toBe('refused');
  });

  test('[ASK-4] I3: nothing is written to the console', async () => {
    await using server = await ModelServer.start('ollama');
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => spyOn(console, name));
    try {
      const modes = [
        { kind: 'answer' },
        { kind: 'status', status: 500 },
        { kind: 'malformed', how: 'json' },
      ] as const;
      for (const mode of [...modes, { kind: 'cutOff', words: 1 } as const]) {
        server.next(mode);
        await collect(open({ kind: 'ollama', url: server.url, key: undefined }));
      }
      for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });

  test('[PROVIDER-1] I1: the SDK is loaded when something is asked, not before', () => {
    const script = `
      const { createOpenProvider } = await import(${JSON.stringify(`${import.meta.dir}/open.ts`)});
      const loaded = () => Object.keys(require.cache).some((path) => path.includes('/@ai-sdk/'));
      const provider = createOpenProvider([])({ kind: 'openai', url: 'http://127.0.0.1:1', key: 'k' });
      const before = loaded();
      const request = { model: 'm', system: '', user: 'u', maxAnswerTokens: 1 };
      await provider.stream(request, new AbortController().signal).next().catch(() => {});
      process.stdout.write(JSON.stringify([before, loaded()]));`;
    const { stdout } = Bun.spawnSync([process.execPath, '-e', script]);
    expect(JSON.parse(stdout.toString())).toEqual([false, true]);
  });

  test('[PROVIDER-3] I3: what is no HTTP fails as well', async () => {
    for (const bytes of [
      '220 smtp.example ESMTP\r\n',
      '\0'.repeat(1000),
      'HTTP/1.1 200 OK\r\nContent-Le',
      'HTTP/1.1 999 \r\n\r\n',
    ]) {
      const listener = Bun.listen({
        hostname: '127.0.0.1',
        port: 0,
        socket: {
          data: (socket) => {
            socket.write(bytes);
            socket.end();
          },
        },
      });
      const url = `http://127.0.0.1:${listener.port}`;
      const { error, end } = await collect(open({ kind: 'ollama', url, key: undefined }));
      expect(end).toBeUndefined();
      expect(error).toBeInstanceOf(ProviderError);
      listener.stop(true);
    }
  });
});
