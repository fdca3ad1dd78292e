/** What a ModelServer does with one request. */
import type { TokenCount } from '../../assistants/provider.ts';

export type ModelMode =
  | ({ kind: 'answer' } & Answer)
  /** The connection breaks after so many words; `words: 0` is after the headers. */
  | { kind: 'cutOff'; words: number; text?: string; pauseMs?: number }
  /** The words, and then nothing for as long as the connection lasts. */
  | { kind: 'stall'; words: number; text?: string }
  /** No byte is answered. */
  | { kind: 'silent' }
  /** The connection breaks before any byte. */
  | { kind: 'hangUp' }
  /** An error as this manner of server tells it, or `body`. */
  | { kind: 'status'; status: number; retryAfter?: string; code?: string; body?: string }
  | { kind: 'redirect'; to: string; status?: number }
  /** 200 with these bytes, one write each, and this type. */
  | { kind: 'raw'; chunks: readonly (string | Uint8Array)[]; contentType?: string }
  | { kind: 'malformed'; how: (typeof MALFORMED)[number] }
  /** Goes on until `bytes` are sent or the connection ends: words, one line, headers, an error page, or a stream of comments. */
  | { kind: 'endless'; how: 'words' | 'line' | 'headers' | 'error' | 'comments'; bytes?: number };

export interface Answer {
  /** Split into words, one event each. */
  text?: string;
  /** Before the first byte, and between two words. */
  firstByteMs?: number;
  pauseMs?: number;
  /** From then on there are no pauses. */
  hurry?: Promise<unknown>;
  /** 'none' leaves it out; by default the words are counted. */
  usage?: TokenCount | 'none';
  /** 'none' leaves out the reason and `[DONE]`. */
  finish?: 'stop' | 'length' | 'content_filter' | 'tool_calls' | 'none';
  /** What the model thinks before it speaks. */
  reasoning?: string;
}

export const MALFORMED = [
  'json',
  'utf8',
  'text',
  'html',
  'truncated',
  'shape',
  'error',
  'toolCall',
  'empty',
] as const;

export const EVENT_STREAM = 'text/event-stream';
export const DEFAULT_TEXT = 'A model says hello.';

/** Words with the blanks after them, so that joining them gives the text. */
export const wordsOf = (text: string): readonly string[] =>
  text.match(/\s*\S+\s*/g) ?? (text === '' ? [] : [text]);

export function chunkOf(model: string, choice: object, more: object = {}): string {
  const chunk = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, finish_reason: null, ...choice }],
    ...more,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

export const textChunk = (model: string, content: string): string =>
  chunkOf(model, { delta: { role: 'assistant', content } });

/** What ends an answer: the reason, the count where one is asked for, and the mark. */
export function endChunks(model: string, finish: string, usage: TokenCount | undefined): string {
  const counted = usage === undefined ? '' : chunkOf(model, {}, { choices: [], usage: usageOf(usage) });
  return `${chunkOf(model, { delta: {}, finish_reason: finish })}${counted}data: [DONE]\n\n`;
}

const usageOf = ({ prompt, answer }: TokenCount) => ({
  prompt_tokens: prompt,
  completion_tokens: answer,
  total_tokens: prompt + answer,
});

/** A whole stream as one text, as a good server sends it. */
export function goodStream(model: string, text: string, usage: TokenCount): string {
  return (
    wordsOf(text)
      .map((word) => textChunk(model, word))
      .join('') + endChunks(model, 'stop', usage)
  );
}

export function malformedMode(how: (typeof MALFORMED)[number], model: string): ModelMode & { kind: 'raw' } {
  const word = textChunk(model, 'Well, ');
  switch (how) {
    case 'json':
      return { kind: 'raw', chunks: [word, 'data: {"choices": [}\n\n'] };
    case 'utf8':
      return {
        kind: 'raw',
        chunks: [word, 'data: {"choices":[{"delta":{"content":"', new Uint8Array([0xc3, 0x28]), '"}}]}\n\n'],
      };
    case 'text':
      return { kind: 'raw', chunks: ['Hello, here is your answer.\n'.repeat(10)] };
    case 'html':
      return {
        kind: 'raw',
        chunks: ['<!doctype html><title>Log in</title>'],
        contentType: 'text/html; charset=utf-8',
      };
    case 'truncated':
      return { kind: 'raw', chunks: [word, 'data: {"choices":[{"delta":{"cont'] };
    case 'shape':
      return { kind: 'raw', chunks: [word, 'data: {"choices":[{"delta":{"content":7}}]}\n\n'] };
    case 'error':
      return {
        kind: 'raw',
        chunks: [word, 'data: {"error":{"message":"the GPU is on fire","code":500}}\n\n'],
      };
    case 'toolCall':
      return { kind: 'raw', chunks: [toolCall(model)] };
    case 'empty':
      return { kind: 'raw', chunks: [] };
  }
}

function toolCall(model: string): string {
  const call = {
    index: 0,
    id: 'call_1',
    type: 'function',
    function: { name: 'delete_room', arguments: '{"room":1}' },
  };
  return `${chunkOf(model, { delta: { role: 'assistant', tool_calls: [call] } })}${endChunks(model, 'tool_calls', undefined)}`;
}
