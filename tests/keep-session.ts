import type { ClientStore } from '@sotto/client';
import type { SeededSession } from '@sotto/server/testing';

/** A client's store is as after a login that began this session. */
export async function keepSession(store: ClientStore, seeded: SeededSession): Promise<void> {
  const { user, sessionId: id, token, deviceKey } = seeded;
  await store.saveDeviceKey(deviceKey);
  await store.saveSession({
    id,
    token,
    generation: 1,
    userName: user.name,
    userNumber: user.number,
    userUuid: user.uuid,
    owner: user.owner,
  });
}
