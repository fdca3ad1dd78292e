import type { SottoClient } from '@sotto/client';
import { type Command, LineError } from './command.ts';
import { conversationLabel, findConversation } from './conversations.ts';
import type { Reply } from './reply.ts';

/** Commands that ask the server something and have one answer. */
export type Request = Exclude<Command, { kind: 'send' | 'strict' | 'help' | 'logout' | 'quit' }>;

export async function execute(client: SottoClient, request: Request): Promise<Reply> {
  switch (request.kind) {
    case 'join':
      return { kind: 'joined', room: await client.joinRoom(request.room) };
    case 'create':
      return { kind: 'created', room: await client.createRoom(request.name, { private: request.private }) };
    case 'leave':
      await client.leaveRoom(request.room);
      return { kind: 'left', room: request.room };
    case 'add':
      await client.addMember(request.room, request.user);
      return { kind: 'added', room: request.room, user: request.user };
    case 'rooms':
      return { kind: 'rooms', rooms: await client.listRooms() };
    case 'members':
      return { kind: 'members', members: await client.members(request.room) };
    case 'who':
      return { kind: 'people', people: await client.roster() };
    case 'history':
      return history(client, request);
    case 'status':
      return status(client);
  }
}

async function history(
  client: SottoClient,
  { of, limit }: Extract<Request, { kind: 'history' }>,
): Promise<Reply> {
  const room = findConversation(client.rooms, of);
  if (room === undefined) {
    const label = conversationLabel(of);
    throw new LineError(
      of.kind === 'room'
        ? `you are not in ${label}; /join ${label} first, or write @name for a person`
        : `there are no direct messages with ${label} yet`,
    );
  }
  return { kind: 'history', room, events: await client.history(room.number, { limit }) };
}

async function status(client: SottoClient): Promise<Reply> {
  if (client.status.kind === 'online') return { kind: 'status', report: await client.serverStatus() };
  const { status: connection, outboxSize: outbox, paths } = client;
  return { kind: 'statusOffline', connection, outbox, paths };
}
