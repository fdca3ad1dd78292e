/** The line client at work with files that are not there. */
import type { ClientEvent } from '@sotto/client';
import { FakeClient, type offer, view } from './fake-client.ts';
import { FakeLocalFiles } from './fake-local-files.ts';
import { type RunOptions, run, slowly } from './run.ts';

export const FILES = { '/home/report.pdf': 'pdf', '/home/my notes.txt': 'notes', '/home/folder/': '' };

export interface Scene {
  client?: FakeClient;
  files?: (client: FakeClient) => FakeLocalFiles;
}

/** What is shown after the start. */
export async function scene(
  lines: readonly string[],
  options: Scene & Omit<RunOptions, 'client' | 'files'> = {},
) {
  const { client = new FakeClient(), files = (one) => new FakeLocalFiles(one, FILES), ...rest } = options;
  const local = files(client);
  const { io, end } = await run(slowly('', ...lines, ''), { ...rest, client, files: local });
  const asked = client.calls.filter((call) => !/^(markRead|flushed|typing)/.test(call));
  return { shown: io.printed.slice(2), complained: io.complained, asked, local, end, io, client };
}

export function offering(...messages: readonly ReturnType<typeof offer>[]): FakeClient {
  const client = new FakeClient();
  client.stored = messages.map((message) => view(message));
  client.push(...messages.map((message): ClientEvent => ({ kind: 'message', message })));
  return client;
}
