import type { SottoClient } from '@sotto/client';
import type { Reply } from './reply.ts';

export async function statusReply(client: SottoClient): Promise<Reply> {
  if (client.status.kind === 'online') return { kind: 'status', report: await client.serverStatus() };
  const { status: connection, outboxSize: outbox, paths } = client;
  return { kind: 'statusOffline', connection, outbox, paths };
}
