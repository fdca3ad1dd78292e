/** Carries out commands that are typed where one writes. */
import { parseSlash, type SlashRequest } from '@sotto/app/commands';
import { checkOffered } from './offered.ts';
import { performAccount } from './perform/account.ts';
import { performAdmin } from './perform/admin.ts';
import { performAssistants } from './perform/assistants.ts';
import { performMessages } from './perform/messages.ts';
import { performOrder } from './perform/order.ts';
import { performRooms } from './perform/rooms.ts';
import { DONE, type Outcome, type Scene } from './scene.ts';

/** Rejects with a LineError where it cannot be meant, with what the server said where it refuses. */
export async function perform(scene: Scene, text: string): Promise<Outcome> {
  const line = text.trim().replace(/^\/\S*/, (name) => name.toLowerCase());
  checkOffered(scene, /^\/(\S*)/.exec(line)?.[1] ?? '');
  return carryOut(scene, parseSlash(line));
}

async function carryOut(scene: Scene, asked: SlashRequest): Promise<Outcome> {
  switch (asked.kind) {
    case 'messages':
      return performMessages(scene, asked.request);
    case 'assistants':
      return performAssistants(scene, asked.request);
    case 'finding':
      return find(scene, asked.request);
    case 'rooms':
      return performRooms(scene, asked.request);
    case 'moderation':
      return performOrder(scene, asked.request);
    case 'account':
      return performAccount(scene, asked.request);
    case 'admin':
      return performAdmin(scene, asked.request);
    case 'security':
      scene.open({ kind: 'account' });
      return DONE;
    case 'program':
      return program(scene, asked.request);
    case 'files':
      return DONE;
  }
}

type Of<Kind extends SlashRequest['kind']> = Extract<SlashRequest, { kind: Kind }>['request'];

function find({ show }: Scene, request: Of<'finding'>): Outcome {
  if (request.kind === 'search') show('search', { everywhere: true, query: request.typed });
  else if (request.kind === 'mentions') show('search', { everywhere: true, mentions: true });
  return DONE;
}

async function program({ store, open }: Scene, request: Of<'program'>): Promise<Outcome> {
  if (request.kind === 'status') open({ kind: 'connection' });
  else if (request.kind === 'help') open({ kind: 'keys', tab: 'commands' });
  else if (request.kind === 'logout') await store.client.logout();
  return DONE;
}
