import type { AccountStore } from '../accounts/store.ts';
import type { AssistantStore } from '../assistants/store.ts';
import type { EventStore } from '../events/store.ts';
import type { FileStore } from '../files/store.ts';
import type { MessageStore } from '../messages/store.ts';
import type { RoomStore } from '../rooms/store.ts';
import type { SearchStore } from '../search/store.ts';

/** Everything durable, behind the interfaces that the domains define. */
export interface Store {
  readonly events: EventStore;
  readonly rooms: RoomStore;
  readonly messages: MessageStore;
  readonly accounts: AccountStore;
  readonly search: SearchStore;
  readonly files: FileStore;
  readonly assistants: AssistantStore;
  /** Resolves when storage ended without being asked to; nothing works any more. */
  readonly failed: Promise<Error>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}
