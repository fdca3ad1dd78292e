/** The numbers and strings that name things. Each is branded, so that a room's number is never taken for a user's. */
declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A user's short number: permanent, assigned from 1, typed by people (`2: hello`). */
export type UserNumber = Branded<number, 'UserNumber'>;
/** A user's UUID, lower case. */
export type UserUuid = Branded<string, 'UserUuid'>;
/** A room's number: permanent, assigned from 1; the lobby is 1. */
export type RoomNumber = Branded<number, 'RoomNumber'>;
/** A device's number: permanent, assigned from 1. */
export type DeviceNumber = Branded<number, 'DeviceNumber'>;
/** `4 * number + kind`: see `streams.ts`. */
export type StreamId = Branded<number, 'StreamId'>;
/** Position of an event in its stream, contiguous from 1; 0 is "before the first". */
export type Sequence = Branded<number, 'Sequence'>;
/** A session's public name (UUID); never a secret. */
export type SessionId = Branded<string, 'SessionId'>;

export const LOBBY = 1 as RoomNumber;
/** The sender of events that no user caused. */
export const SERVER_SENDER = 0 as UserNumber;
export const SERVER_DEVICE = 0 as DeviceNumber;
