import type { Administration } from '@sotto/client';

const unasked = async (): Promise<never> => {
  throw new Error('the terminal does not ask for this');
};

/** What the terminal asks nobody for yet. */
export const UNASKED_ADMINISTRATION: Omit<
  Administration,
  'suspend' | 'restore' | 'setAdministrator' | 'limited' | 'audit'
> = {
  invites: { create: unasked, list: unasked, revoke: unasked },
  accounts: unasked,
  account: unasked,
  endSessions: unasked,
  resetSecondFactor: unasked,
  recover: unasked,
  deleteAccount: unasked,
  rooms: unasked,
  limits: unasked,
  health: unasked,
};
