/** Everything that is asked of the server. */
import type { AccountSettings } from '../settings/settings.ts';
import { AccountCalls } from './account.ts';
import { AdminCalls } from './admin.ts';
import type { CallContext } from './context.ts';
import { FileCalls } from './files.ts';
import { InviteCalls } from './invites.ts';
import { MessageCalls } from './messages.ts';
import { ModerationCalls } from './moderation.ts';
import type { PeopleCalls } from './people.ts';
import { ReadingCalls } from './reading.ts';
import { RoomCalls } from './rooms.ts';
import { SearchCalls } from './search.ts';

export interface CallsOptions {
  context: CallContext;
  people: PeopleCalls;
  settings: AccountSettings;
  /** The account is gone: nothing of it stays here. */
  onDeleted(): Promise<void>;
}

export class Calls {
  readonly messages: MessageCalls;
  readonly reading: ReadingCalls;
  readonly search: SearchCalls;
  readonly files: FileCalls;
  readonly rooms: RoomCalls;
  readonly people: PeopleCalls;
  readonly moderation: ModerationCalls;
  readonly invites: InviteCalls;
  readonly account: AccountCalls;
  readonly admin: AdminCalls;

  constructor({ context, people, settings, onDeleted }: CallsOptions) {
    this.messages = new MessageCalls(context);
    this.reading = new ReadingCalls(context);
    this.search = new SearchCalls(context);
    this.files = new FileCalls(context);
    this.rooms = new RoomCalls(context);
    this.people = people;
    this.moderation = new ModerationCalls(context);
    this.invites = new InviteCalls(context);
    this.account = new AccountCalls({ context, settings, onDeleted });
    this.admin = new AdminCalls(context);
  }
}
