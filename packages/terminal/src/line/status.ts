import type { SottoClient } from '@sotto/client';
import type { Reply } from './reply.ts';

export async function statusReply(client: SottoClient): Promise<Reply> {
  if (client.status.kind === 'online') return onlineStatus(client);
  const { status: connection, outboxSize: outbox, paths } = client;
  return { kind: 'statusOffline', connection, outbox, paths };
}

/** A token that may not read has no files to tell of. */
export async function onlineStatus(client: SottoClient): Promise<Extract<Reply, { kind: 'status' }>> {
  const usage = client.fileUsage().catch(() => undefined);
  return { kind: 'status', report: await client.serverStatus(), files: await usage };
}
