/** The line client at work with assistants that are not there. */
import type { ClientEvent } from '@sotto/client';
import { ASSISTANT, answer, HELPER, info, privately } from './fake-assistants.ts';
import { FakeClient, message, ROOM, sequence } from './fake-client.ts';
import { type RunOptions, run, slowly } from './run.ts';

export function having(...events: readonly ClientEvent[]): FakeClient {
  const client = new FakeClient();
  client.people.push(ASSISTANT, HELPER);
  client.ai.assistants = [info(ASSISTANT), info(HELPER)];
  client.push(...events);
  return client;
}

/** What is shown after the start. */
export async function scene(
  lines: readonly string[],
  { client = having(), ...options }: Omit<RunOptions, 'client'> & { client?: FakeClient } = {},
) {
  const { io, end } = await run(slowly('', ...lines, ''), { client, ...options });
  const asked = client.calls.filter((call) => !/^(markRead|flushed|typing)/.test(call));
  const shown = io.printed.slice(options.interactive === true ? 3 : 2);
  return { shown, asked, complained: io.complained, io, end, client };
}

export const event = (
  of: Parameters<typeof answer>[0],
  changes: Parameters<typeof answer>[1] = {},
): ClientEvent => ({
  kind: 'answer',
  answer: answer(of, changes),
});
export const done = (text: string) => privately({ kind: 'done', sequence: undefined, text });
export const reply = (at = 6): ClientEvent => ({
  kind: 'message',
  message: { ...message(ROOM, ASSISTANT, 'Tomatoes are fruit.', at), replyTo: sequence(5) },
});
