import type { Store } from '@sotto/app';
import { Search } from '@sotto/app/search';
import type { RoomNumber } from '@sotto/model';

const searches = new WeakMap<Store, Search>();

/** One for each session: what was found is still there after one went to it, in whichever room that was. */
export function searchOf(store: Store, room: RoomNumber): Search {
  const known = searches.get(store);
  if (known !== undefined) return known;
  const made = new Search(store.client, room);
  searches.set(store, made);
  return made;
}
