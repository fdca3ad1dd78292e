/** What administrators do to an account: to whom it fits, what it asks for, and what it says. */
import type { Account, Administration, IssuedCode, Person } from '@sotto/client';
import type { UserNumber } from '@sotto/model';
import type { IconName } from '../ui/icons.ts';

/** What was written into the form. */
export interface Given {
  reason: string;
  password: string;
  keepSecondFactor: boolean;
}

export interface Act {
  label: string;
  icon: IconName;
  /** What will happen. */
  words: (name: string) => string;
  done: (name: string) => string;
  /** Of the form; what takes an account over, or lets somebody do so, asks for one's own password. */
  asks: readonly ('reason' | 'password' | 'keepSecondFactor')[];
  danger: boolean;
  /** The server refuses it to others. */
  fits: (account: Account, me: Person) => boolean;
  run: (admin: Administration, user: UserNumber, given: Given) => Promise<IssuedCode | undefined>;
}

/** As the server ranks them: administrators are above everybody but each other, and the owner is above all. */
const isAbove = (me: Person, { person }: Account): boolean =>
  person.number !== me.number && !person.owner && (me.owner || !person.administrator);
const isPerson = ({ person }: Account): boolean => !person.assistant;

const nothing = async (done: Promise<void>): Promise<undefined> => {
  await done;
  return undefined;
};

export type ActKind =
  | 'suspend'
  | 'restore'
  | 'appoint'
  | 'dismiss'
  | 'endSessions'
  | 'recover'
  | 'resetSecondFactor'
  | 'delete';

export const ACTS: Readonly<Record<ActKind, Act>> = {
  suspend: {
    label: 'Suspend',
    icon: 'lock',
    words: (name) => `${name} is logged out everywhere, and cannot log in until restored. Messages stay.`,
    done: (name) => `${name} is suspended.`,
    asks: ['reason'],
    danger: true,
    fits: (account, me) => isAbove(me, account) && account.suspended === undefined,
    run: (admin, user, { reason }) => nothing(admin.suspend(user, reason)),
  },
  restore: {
    label: 'Restore',
    icon: 'undo',
    words: (name) => `${name} may log in again.`,
    done: (name) => `${name} can log in again.`,
    asks: [],
    danger: false,
    fits: (account, me) => isAbove(me, account) && account.suspended !== undefined,
    run: (admin, user) => nothing(admin.restore(user)),
  },
  appoint: {
    label: 'Make administrator',
    icon: 'shield',
    words: (name) =>
      `${name} may then do all that is on these pages, and keeps order in public rooms. You can take it back.`,
    done: (name) => `${name} administers the server.`,
    asks: ['password'],
    danger: false,
    fits: (account, me) => me.owner && !account.person.administrator && isPerson(account),
    run: (admin, user, { password }) => nothing(admin.appoint(user, password)),
  },
  dismiss: {
    label: 'Take administration',
    icon: 'shieldAlert',
    words: (name) => `${name} is an ordinary user again.`,
    done: (name) => `${name} administers the server no more.`,
    asks: [],
    danger: false,
    fits: (account, me) => me.owner && account.person.administrator && !account.person.owner,
    run: (admin, user) => nothing(admin.dismiss(user)),
  },
  endSessions: {
    label: 'Log out everywhere',
    icon: 'logOut',
    words: (name) =>
      `Every device of ${name} is logged out at once. Whoever knows the password logs in again.`,
    done: (name) => `${name} is logged out everywhere.`,
    asks: [],
    danger: false,
    fits: (account, me) => isAbove(me, account) && isPerson(account),
    run: (admin, user) => nothing(admin.endSessions(user)),
  },
  recover: {
    label: 'Recovery code',
    icon: 'key',
    words: (name) =>
      `For somebody who has lost the password: with the code ${name} sets a new one. It is good once, for a day.`,
    done: (name) => `${name} can set a new password.`,
    asks: ['keepSecondFactor', 'password'],
    danger: false,
    fits: (account, me) => isAbove(me, account) && isPerson(account),
    run: (admin, user, { password, keepSecondFactor }) => admin.recover(user, password, { keepSecondFactor }),
  },
  resetSecondFactor: {
    label: 'Reset second factor',
    icon: 'device',
    words: (name) => `${name} then logs in with the password alone, and may turn a second factor on again.`,
    done: (name) => `${name} logs in with the password alone.`,
    asks: ['password'],
    danger: true,
    fits: (account, me) => isAbove(me, account) && account.secondFactor,
    run: (admin, user, { password }) => nothing(admin.resetSecondFactor(user, password)),
  },
  delete: {
    label: 'Delete account',
    icon: 'trash',
    words: (name) =>
      `The account of ${name} is gone for good, and nobody can take the name. What becomes of the messages is the server’s policy.`,
    done: (name) => `The account of ${name} is deleted.`,
    asks: ['password'],
    danger: true,
    fits: (account, me) => isAbove(me, account),
    run: (admin, user, { password }) => nothing(admin.deleteAccount(user, password)),
  },
};
