/**
 * What the sockets of a server's QUIC are told that the runtime has no word for; where it cannot be done they stay as they
 * are. They do not hear of errors: the runtime takes one that a peer caused for one of its own, and then sends nothing to
 * anybody for a second, so one client that is gone, or says so, would hold up all the others. A server has no use for such
 * errors, which anybody can forge. And they get buffers as large as those of UDP.
 */
import { descriptorsOn } from '../descriptors.ts';
import { loadSetSocketOption } from '../socket-options.ts';
import { enlargeBuffersOf } from '../udp/socket-buffers.ts';

/** <linux/in.h>, <linux/in6.h>: protocol level and IP_RECVERR, IPV6_RECVERR. */
const RECEIVE_ERRORS = [
  { level: 0, option: 11 },
  { level: 41, option: 25 },
] as const;

/** Of all UDP sockets of this process on that port. */
export async function prepareSockets(port: number): Promise<void> {
  const set = await loadSetSocketOption();
  if (set === undefined) return;
  for (const descriptor of await descriptorsOn('udp', port)) {
    for (const { level, option } of RECEIVE_ERRORS) set(descriptor, level, option, 0);
    enlargeBuffersOf(descriptor, set);
  }
}
