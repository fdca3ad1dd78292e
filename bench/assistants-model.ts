/**
 * A provider in OpenAI's manner, in a process of its own: many answers at a time, each at the pace of a model, or none for one of
 * the reasons there are. Asked by lines (`ModelOrder`), answers each with `ModelState`.
 */
import { answerLines } from '../tests/network/emulated/line-process.ts';

export interface ModelOrder {
  /** `refuses`: nothing listens. `silent`: takes what is asked, and says nothing. */
  mode: 'answers' | 'refuses' | 'fails' | 'silent';
  /** Of each answer. */
  words: number;
  wordsPerSecond: number;
}

export interface ModelState {
  port: number;
  /** Since the order before. */
  requests: number;
}

const WORD = 'kettle ';
const ENDED = { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 };

let order: ModelOrder = { mode: 'answers', words: 0, wordsPerSecond: 1 };
let port = 0;
let requests = 0;
let listening: ReturnType<typeof Bun.serve> | undefined;

await answerLines<ModelOrder>(async (next): Promise<ModelState> => {
  order = next;
  if (order.mode === 'refuses') {
    await listening?.stop(true);
    listening = undefined;
  } else {
    listening ??= Bun.serve({ hostname: '127.0.0.1', port, idleTimeout: 0, fetch: answer });
    port = listening.port ?? 0;
  }
  const state = { port, requests };
  requests = 0;
  return state;
});

function answer(request: Request): Response | Promise<Response> {
  requests++;
  switch (order.mode) {
    case 'answers':
      return new Response(words(request.signal), { headers: { 'content-type': 'text/event-stream' } });
    case 'silent':
      return new Promise(() => {});
    default:
      return Response.json({ error: { message: 'out of order' } }, { status: 500 });
  }
}

/** Answers that were asked for at once do not speak at once: each pause is another. */
function words(signal: AbortSignal): ReadableStream<Uint8Array> {
  const { words: count, wordsPerSecond } = order;
  const encoder = new TextEncoder();
  let [said, isOver] = [0, false];
  const over = () => {
    isOver = true;
  };
  signal.addEventListener('abort', over);
  return new ReadableStream({
    start: (controller) => {
      const line = (value: object | '[DONE]') =>
        controller.enqueue(encoder.encode(`data: ${value === '[DONE]' ? value : JSON.stringify(value)}\n\n`));
      const next = () => {
        if (isOver) return;
        if (said++ < count) {
          line(chunk({ content: WORD }, null));
          setTimeout(next, (Math.random() * 2 * 1_000) / wordsPerSecond);
          return;
        }
        line(chunk({}, 'stop'));
        line({ ...chunk({}, null), choices: [], usage: ENDED });
        line('[DONE]');
        controller.close();
      };
      setTimeout(next, (Math.random() * 1_000) / wordsPerSecond);
    },
    cancel: over,
  });
}

function chunk(delta: object, finish: 'stop' | null) {
  return {
    id: 'bench',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'bench',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}
