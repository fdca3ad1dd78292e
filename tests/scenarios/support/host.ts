import { connect, type SottoClient } from '@sotto/client/node';
import type { ServerProcess } from './server.ts';

/** Bob, on TLS, a new account of this server; he has opened the room "tea" for whoever comes. */
export async function hostTea({ ports, trust }: ServerProcess): Promise<SottoClient> {
  const bob = await connect({ server: `127.0.0.1:${ports.tls}`, transport: 'tls', trust });
  const account = { name: 'bob', password: 'correct horse' };
  await bob.register(account);
  await bob.login(account);
  await bob.createRoom('tea');
  return bob;
}
