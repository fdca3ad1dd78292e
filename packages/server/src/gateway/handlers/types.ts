import type { FrameFields, FrameMessage, HandledName, ReplyName, RequestName } from '@sotto/protocol';
import type { ClientConnection } from '../connection.ts';

/** Runs `task` right after the answer has left. */
export type AfterAnswer = (task: () => void) => void;

/** Carries out one request. A SottoError it throws is the answer; anything else is a defect, answered as INTERNAL. */
export type Handler<Name extends HandledName> = (
  connection: ClientConnection,
  message: FrameMessage<Name>,
  afterAnswer: AfterAnswer,
) => Promise<Name extends RequestName ? FrameFields<ReplyName<Name>> : undefined>;

export type Handlers = { [Name in HandledName]: Handler<Name> };
export type HandlersOf<Name extends HandledName> = Pick<Handlers, Name>;
