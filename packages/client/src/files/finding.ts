/** The file that a message offers, as it is now. */
import { type OfferedFile, readReceivedOffer, type Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { ask, type CallContext } from '../calls/context.ts';
import { toMessage } from '../describe/events.ts';
import { toViews } from '../describe/messages.ts';
import { toEntry, usersIn } from '../sync/entry.ts';
import type { FileInfo, Message, RoomName } from '../types.ts';

export interface Found {
  message: Message;
  info: FileInfo;
  offered: OfferedFile;
  /** All of it, where it came with the message. */
  inline: Uint8Array | undefined;
}

/** Rejects with MESSAGE_GONE, or FILE_GONE where the message offers none, or none any more. */
export async function findFile(context: CallContext, name: RoomName, sequence: Sequence): Promise<Found> {
  const { names, people, viewing } = context;
  const stream = names.stream(name);
  const page = await ask(context, 'readHistory', { stream, around: sequence, limit: 1 });
  const event = page.events.find((each) => each.sequence === sequence);
  if (event === undefined) throw new SottoError(ErrorCode.MESSAGE_GONE, `message ${sequence}`);
  const entry = toEntry(event);
  await people.ensure(usersIn(entry));
  const room = names.joined(name);
  const [view] = toViews({ ...page, events: [event] }, room, viewing);
  const reading = entry.content.case === 'file' ? readReceivedOffer(entry.content.value) : undefined;
  if (view?.file === undefined || reading?.kind !== 'valid') {
    throw new SottoError(ErrorCode.FILE_GONE, `message ${sequence} offers none`);
  }
  if (view.file.answer === 'declined') {
    throw new SottoError(ErrorCode.FILE_GONE, `that of message ${sequence} was declined`);
  }
  const message = { ...toMessage(entry, room, viewing), file: view.file };
  const inline = reading.file.inline ? reading.inline : undefined;
  return { message, info: view.file, offered: reading.file, inline };
}
