/** Users as others see them. */
import type { UserNumber, UserUuid } from '@sotto/model';

/** A user's number, UUID, or name. */
export type Recipient = UserNumber | string;

export interface Person {
  number: UserNumber;
  uuid: UserUuid;
  name: string;
  /** What is shown: the name where no other was chosen. */
  displayName: string;
  /** Owns the server. */
  owner: boolean;
  /** Administers the server; its owner does. */
  administrator: boolean;
  /** The account is gone; `name` stands for it. */
  deleted: boolean;
  /** A language model speaks for it. */
  assistant: boolean;
}

export interface PersonPresence extends Person {
  online: boolean;
  /** undefined while online or never seen. */
  lastSeen: Date | undefined;
}

/** How somebody wants to be seen; empty where nothing was said. */
export interface Profile {
  user: UserNumber;
  displayName: string;
  about: string;
  statusText: string;
  /** One emoji. */
  statusEmoji: string;
  /** The status is shown until then; undefined: for ever. */
  statusUntil: Date | undefined;
  /** IANA name, "Europe/Berlin". */
  timeZone: string;
}

/** What is present replaces what was there. */
export type ProfileChanges = Partial<Omit<Profile, 'user'>>;
