import type { Channel } from './channel.ts';
import type { ThrottlePolicies } from './policy.ts';
import { sourcePrefix } from './source.ts';
import type { ThrottleKey } from './throttle.ts';

/**
 * What an attempt to prove a password counts against. A known device has a count of its own: strangers cannot lock it
 * out, and it is no way around the limit either [THROTTLE-4].
 */
export function loginKeys(
  { account, source }: ThrottlePolicies,
  identifier: string,
  knownDevice: Uint8Array | undefined,
  channel: Channel,
): readonly ThrottleKey[] {
  const who =
    knownDevice === undefined ? `account:${identifier}` : `device:${identifier}:${knownDevice.toHex()}`;
  return [sourceKey(source, channel), { key: who, policy: account }];
}

export const sourceKey = (policy: ThrottlePolicies['source'], { source }: Channel): ThrottleKey => ({
  key: `source:${sourcePrefix(source)}`,
  policy,
});
