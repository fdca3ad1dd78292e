import type { SottoClient, TrustPolicy } from '@sotto/client';
import { connect, defaultHome, openFileStore, profileDirectory } from '@sotto/client/node';
import { readName } from '@sotto/model';
import { type Questions, sanitizeLine } from '@sotto/terminal';
import type { Arguments } from './command.ts';
import type { Target } from './connection-options.ts';
import { UsageError } from './errors.ts';
import type { System } from './system.ts';
import { AGENT } from './version.ts';

/** A client whose session and outbox are kept in the account's profile. To be closed by the caller. */
export async function openClient(
  { server, name, transport }: Target,
  trust: TrustPolicy,
  user: string,
  { environment }: System,
): Promise<SottoClient> {
  const directory = profileDirectory(defaultHome({ ...environment }), name, user);
  const store = await openFileStore(directory);
  try {
    return await connect({ server, transport, trust, store, agent: AGENT });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** From --user, or to be asked for once the server is found. Throws where neither is possible. */
export function whichUser(args: Arguments, questions: Questions | undefined): () => Promise<string> {
  const given = args.value('user');
  if (given !== undefined) {
    const name = validName('--user', given.trim());
    return async () => name;
  }
  if (questions === undefined) throw new UsageError('--user is missing; there is no terminal to ask in');
  return () => askUser(questions);
}

async function askUser(questions: Questions): Promise<string> {
  for (;;) {
    const text = (await questions.ask('User name: ')).trim();
    const reading = readName(text);
    if (reading.kind === 'valid') return reading.name;
    questions.tell([`"${sanitizeLine(text)}" is not a user name: ${reading.reason}`]);
  }
}

export function validName(source: string, text: string): string {
  const reading = readName(text);
  if (reading.kind === 'valid') return reading.name;
  throw new UsageError(`${source} "${text}" is not a user name: ${reading.reason}`);
}
