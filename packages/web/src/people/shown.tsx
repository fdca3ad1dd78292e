import type { Person } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';
import type { Dispatch, SetStateAction } from 'react';
import type { MenuPlace } from '../ui/menu.tsx';
import { type Act, ActDialog } from './act-dialog.tsx';
import { Card } from './card.tsx';
import { PersonMenu } from './person-menu.tsx';

export type ShownPerson =
  | { kind: 'card'; person: Person; at: HTMLElement }
  | { kind: 'menu'; person: Person; at: MenuPlace }
  /** It is asked how, and whether. */
  | { kind: 'act'; person: Person; act: Act };

export interface ShownProps {
  room: RoomNumber;
  shown: ShownPerson;
  onShow: Dispatch<SetStateAction<ShownPerson | undefined>>;
}

/** The card of somebody, the menu of what can be done, or what is asked before it is done. */
export default function Shown({ room, shown, onShow }: ShownProps) {
  const { person } = shown;
  // What is chosen in a menu is shown before the menu closes.
  const close = () => onShow((now) => (now === shown ? undefined : now));
  switch (shown.kind) {
    case 'card':
      return (
        <Card
          room={room}
          person={person}
          at={shown.at}
          onMenu={() => onShow({ kind: 'menu', person, at: shown.at })}
          onClose={close}
        />
      );
    case 'menu':
      return (
        <PersonMenu
          room={room}
          person={person}
          at={shown.at}
          onCard={(at) => onShow({ kind: 'card', person, at })}
          onAct={(act) => onShow({ kind: 'act', person, act })}
          onClose={close}
        />
      );
    case 'act':
      return <ActDialog room={room} person={person} act={shown.act} onClose={close} />;
  }
}
