/** The password again, for what needs that (PROOF-3). It passes through and is kept nowhere. */
import type { Opened } from '../connection/open.ts';
import { proveSteps, type Send } from '../login/index.ts';
import type { CallContext } from './context.ts';

/** What needs the proof goes over the same connection: the server keeps it for that one alone. */
export async function prove(
  { present }: Pick<CallContext, 'present'>,
  password: string,
): Promise<{ opened: Opened; exportKey: Uint8Array }> {
  const opened = await present.now();
  const { link, transcriptHash } = opened;
  const channel = { transcriptHash, binding: link.binding };
  return { opened, exportKey: await proveSteps(sendOver(opened), password, channel) };
}

export const sendOver =
  ({ link }: Opened): Send =>
  (name, fields) =>
    link.request(name, fields);
