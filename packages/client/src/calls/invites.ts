/** Invite links, and people asked into rooms. */
import type { RoomInvite as WireInvite } from '@sotto/schema';
import { toInvitation, toRoom } from '../describe/rooms.ts';
import { fromRole, toDate, toRole } from '../describe/values.ts';
import { roomReference, userReference } from '../references.ts';
import type * as sdk from '../types.ts';
import { ask, type CallContext, tell } from './context.ts';

export class InviteCalls implements sdk.Invites {
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  async create(
    room: sdk.RoomName,
    options: sdk.InviteOptions = {},
  ): Promise<sdk.RoomInvite & { code: string }> {
    const { uses = 0, lifetimeMs = 0, role = 'member' } = options;
    const reference = this.#context.names.reference(room);
    const request = { room: reference, uses, lifetimeMs, role: fromRole(role) };
    const invite = await tell(this.#context, 'createRoomInvite', request);
    const [described] = await this.#describe([invite]);
    if (described === undefined) throw new Error('the server described no room');
    return { ...described, code: invite.code };
  }

  async list(room: sdk.RoomName): Promise<readonly sdk.RoomInvite[]> {
    const reference = this.#context.names.reference(room);
    return this.#describe((await ask(this.#context, 'listRoomInvites', { room: reference })).invites);
  }

  async revoke(room: sdk.RoomName, id: number): Promise<void> {
    await ask(this.#context, 'revokeRoomInvite', { room: this.#context.names.reference(room), id });
  }

  async inviteMember(room: sdk.RoomName, user: sdk.Recipient): Promise<void> {
    const reference = this.#context.names.reference(room);
    await tell(this.#context, 'inviteMember', { room: reference, user: userReference(user) });
  }

  async invitations(): Promise<readonly sdk.Invitation[]> {
    const { people, viewing } = this.#context;
    const { invitations } = await ask(this.#context, 'listInvitations', {});
    await people.ensure(invitations.flatMap(({ by, room }) => [by, ...(room?.directUsers ?? [])]));
    const me = viewing.me?.number ?? 0;
    return invitations.flatMap((invitation) => toInvitation(invitation, me, viewing.named) ?? []);
  }

  async decline(room: sdk.RoomName): Promise<void> {
    await tell(this.#context, 'declineInvitation', { room: roomReference(room) });
  }

  async #describe(invites: readonly WireInvite[]): Promise<readonly sdk.RoomInvite[]> {
    const { people, viewing } = this.#context;
    await people.ensure(invites.map(({ by }) => by));
    return invites.flatMap(({ id, room, usesLeft, unlimited, expiresMs, role, by }) => {
      if (room === undefined) return [];
      return [
        {
          id,
          room: toRoom(room, viewing.me?.number ?? 0, viewing.named),
          usesLeft: unlimited ? undefined : usesLeft,
          expiresAt: toDate(expiresMs),
          role: toRole(role),
          by: people.named(by),
        },
      ];
    });
  }
}
