import type { RoomNumber } from '@sotto/model';
import { type ReactNode, Suspense, useMemo, useState } from 'react';
import { later } from '../ui/later.tsx';
import { loadShown, type People, PeopleContext } from './people.ts';
import type { ShownPerson } from './shown.tsx';

const Shown = later(loadShown);

/** Those whose names stand in it are looked at as members of the room. */
export function PeopleHere({ room, children }: { room: RoomNumber; children: ReactNode }) {
  const [shown, setShown] = useState<ShownPerson>();
  const people = useMemo<People>(
    () => ({
      showCard: (person, at) => setShown({ kind: 'card', person, at }),
      showMenu: (person, at) => setShown({ kind: 'menu', person, at }),
    }),
    [],
  );
  return (
    <PeopleContext value={people}>
      {children}
      {shown !== undefined && (
        <Suspense fallback={null}>
          <Shown room={room} shown={shown} onShow={setShown} />
        </Suspense>
      )}
    </PeopleContext>
  );
}
