/** Somebody may be looked at, or something done to them, wherever their name stands in a conversation. */
import type { Person } from '@sotto/client';
import { createContext } from 'react';
import type { MenuPlace } from '../ui/menu.tsx';

export interface People {
  /** Who they are, beside the element. */
  showCard(person: Person, at: HTMLElement): void;
  /** What can be done. */
  showMenu(person: Person, at: MenuPlace): void;
}

/** undefined where no conversation is around: there names are names. */
export const PeopleContext = createContext<People | undefined>(undefined);

/** Fetched when the first one is about to be shown. */
export const loadShown = () => import('./shown.tsx');
export const readyPeople = (): void => void loadShown();
