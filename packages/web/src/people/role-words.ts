import type { RoomRole } from '@sotto/model';

/** From the least to the most. */
export const ROLE_WORDS: Readonly<Record<RoomRole, string>> = {
  guest: 'Guest',
  member: 'Member',
  moderator: 'Moderator',
  admin: 'Admin',
  owner: 'Owner',
};
