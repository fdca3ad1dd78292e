/** What has become of messages, as the schema writes it. */
import type { FrameFields } from '@sotto/protocol';
import type { MessageStateRecord } from './store.ts';

export type StateFields = NonNullable<FrameFields<'historyPage'>['states']>[number];

export const describeState = ({ edit, reactions, ...state }: MessageStateRecord): StateFields => ({
  ...state,
  ...(edit && { edit }),
  reactions: [...reactions],
});
