/** What there is to say about a frame type: its schema, who sends it, on which lane, in which states, what answers it [FRAME-3]. */
import type { DescMessage } from '@bufbuild/protobuf';
import type { FrameType } from '@sotto/schema';
import { CONTROL_LANE, type Lane } from '../frame.ts';
import type { ConnectionState } from '../state.ts';

export type Sender = 'client' | 'server' | 'either';

interface FrameRules {
  from: Sender;
  lane?: Lane;
  /** Where the message decides on which lane it travels. */
  laneOf?: (message: never) => Lane;
  /** States in which the receiver takes it. */
  states: readonly ConnectionState[];
  /** Name of the frame that answers it; absent when nothing does. */
  reply?: string;
}

export type FrameDefinition<
  Schema extends DescMessage = DescMessage,
  Rules extends FrameRules = FrameRules,
> = Rules & { type: FrameType; schema: Schema; lane: Lane };

export const OPENING = ['CONNECTING'] as const;
export const BEFORE_LOGIN = ['CONNECTED'] as const;
export const LOGGED_IN = ['AUTHENTICATED', 'SENDING_MESSAGE'] as const;
export const NEGOTIATED = [...BEFORE_LOGIN, ...LOGGED_IN] as const;
export const ALWAYS = [...OPENING, ...NEGOTIATED, 'ERROR', 'DISCONNECTING'] as const;

export function frame<Schema extends DescMessage, const Rules extends FrameRules>(
  type: FrameType,
  messageSchema: Schema,
  rules: Rules,
): FrameDefinition<Schema, Rules> {
  return { ...rules, type, schema: messageSchema, lane: rules.lane ?? CONTROL_LANE };
}
