/** Carries out the commands about files, and what is dropped onto the prompt. */

import type { FileRequest, MessageRef } from '@sotto/app/commands';
import { quote } from '@sotto/app/commands';
import type { JoinedRoom } from '@sotto/client';
import { formatBytes, PAGE_MAX } from '@sotto/model';
import { type Conversation, LineError, type Target } from '../command.ts';
import { type Context, type Found, loadNewest, messageMeant, noteMessage, roomMeant } from '../context.ts';
import { conversationLabel, findConversation } from '../conversations.ts';
import { targetOf } from '../drafts.ts';
import type { Reply } from '../reply.ts';
import { fileNameLabel } from '../text/files.ts';
import { roomLabel } from '../text/words.ts';
import { draggedPaths } from './dragged.ts';
import type { LocalFile, LocalFiles } from './local.ts';
import type { FileSender } from './sending.ts';
import type { Transfers } from './transfers.ts';

export interface DeskParts {
  context: Context;
  /** Undefined where the line client was given no files to work with. */
  local: LocalFiles | undefined;
  transfers: Transfers;
  sender: FileSender | undefined;
  strict: () => boolean;
}

const NO_FILES = 'this program cannot reach files here';

export class FileDesk {
  readonly #parts: DeskParts;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Undefined for what is reported as a transfer. `line` counts the lines of input. */
  async perform(request: FileRequest, line: number): Promise<Reply | undefined> {
    const { context, transfers } = this.#parts;
    switch (request.kind) {
      case 'sendFile':
        return this.#send(request, line);
      case 'accept':
        return this.#accept(await this.#offerMeant(request.message), undefined, line);
      case 'declineFile':
        return this.#decline(await this.#offerMeant(request.message));
      case 'get':
        return this.#take(await this.#fileMeant(request.message), request.name, line);
      case 'link':
        return this.#link(await this.#fileMeant(request.message));
      case 'transfers':
        return { kind: 'transfers', transfers: transfers.all };
      case 'cancel':
        return this.#cancel(request.transfer);
      case 'declineInvitation':
        await context.client.declineInvitation(request.room);
        return { kind: 'done', did: { kind: 'decline', room: request.room } };
    }
  }

  /** The files that a whole line is the paths of; none where it is something else. */
  async dropped(line: string): Promise<readonly LocalFile[]> {
    const { local } = this.#parts;
    if (local === undefined) return [];
    for (const paths of draggedPaths(line)) {
      const found = await Promise.all(paths.map((path) => local.look(path)));
      const files = found.filter((one) => one.kind === 'file');
      if (files.length === found.length) return files;
    }
    return [];
  }

  /** Why a line that is nothing but paths was not taken as dropped; undefined where it is something else. */
  async whyNotDropped(line: string): Promise<string | undefined> {
    const { local } = this.#parts;
    for (const path of draggedPaths(line).flat()) {
      const found = await local?.look(path);
      if (found?.kind === 'none' && !found.missing) return `${quote(path)} ${found.problem}`;
    }
    return undefined;
  }

  /** Asks, and sends it to where one is. Undefined where there was nothing to do. */
  async offerDropped(files: readonly LocalFile[], line: number): Promise<Reply | undefined> {
    const { context } = this.#parts;
    const [first, ...others] = files;
    const what =
      first === undefined || others.length > 0 ? `${files.length} files` : fileNameLabel(first.name);
    const words = `${what} (${formatBytes(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))})`;
    if (context.here === undefined)
      throw new LineError(`to send ${words}, write /send and to whom: /send #room PATH, or /send @user PATH`);
    const label = labelOf(context, context.here);
    const answer = await context.questions?.ask(`Send ${words} to ${label}? [y/N] `);
    if (!/^\s*y(es)?\s*$/i.test(answer ?? '')) return { kind: 'notSent', name: what };
    let reply: Reply | undefined;
    for (const file of files) reply = await this.#upload(file, context.here, '', line);
    return reply;
  }

  async #send(request: Extract<FileRequest, { kind: 'sendFile' }>, line: number): Promise<Reply> {
    const { local, context } = this.#parts;
    if (local === undefined) throw new LineError(NO_FILES);
    let text = request.text;
    let found = await local.look(request.path);
    if (found.kind === 'none' && found.missing && text !== '') {
      const whole = await local.look(request.whole);
      if (whole.kind === 'file') [found, text] = [whole, ''];
      else if (request.to === undefined) this.#checkSigned(request.path);
    }
    const to = request.to ?? context.here;
    if (to === undefined) throw new LineError('to whom? Write /send #room PATH, or /send @user PATH');
    if (found.kind === 'none') throw new LineError(`${quote(request.path)} ${found.problem}`);
    return this.#upload(found, to, text, line);
  }

  /** Elsewhere a name alone says where a message goes: here it would be a path. */
  #checkSigned(word: string): void {
    const { client, seen } = this.#parts.context;
    const name = word.replace(/:$/u, '');
    const isRoom = client.rooms.some((room) => room.kind !== 'direct' && room.name === name);
    const isPerson = seen.names.includes(name) || client.rooms.some(({ peer }) => peer?.name === name);
    const sign = isRoom ? '#' : '@';
    if (isRoom || isPerson)
      throw new LineError(`${quote(word)} is no file; to send there, write /send ${sign}${name} PATH`);
  }

  async #upload(file: LocalFile, to: Conversation, text: string, line: number): Promise<Reply> {
    const { sender, context, strict } = this.#parts;
    if (sender === undefined) throw new LineError(NO_FILES);
    const target = targetFor(context, to);
    await sender.send({ file, target, text, strict: strict(), line });
    return { kind: 'sendingFile', target, waits: context.client.status.kind !== 'online' };
  }

  /** Whoever asks for a file that is offered to them accepts it. */
  #take(found: Found, name: string | undefined, line: number): Promise<undefined> {
    const { room, sequence } = found;
    const message = this.#parts.context.seen.find(room.number, sequence);
    const isOpen = message?.file !== undefined && message.file.answer === undefined && !message.mine;
    return room.kind === 'direct' && isOpen ? this.#accept(found, name, line) : this.#get(found, name, line);
  }

  async #accept({ room, sequence }: Found, name: string | undefined, line: number): Promise<undefined> {
    if (this.#parts.local === undefined) throw new LineError(NO_FILES);
    await this.#parts.context.client.acceptFile(room.number, sequence);
    this.#parts.context.seen.answered(room.number, sequence, 'accepted');
    return this.#get({ room, sequence }, name, line);
  }

  async #decline({ room, sequence }: Found): Promise<Reply> {
    const { client, seen } = this.#parts.context;
    await client.declineFile(room.number, sequence);
    seen.answered(room.number, sequence, 'declined');
    return { kind: 'done', did: { kind: 'declineFile', room, sequence } };
  }

  async #get({ room, sequence }: Found, name: string | undefined, line: number): Promise<undefined> {
    const { local, transfers, context } = this.#parts;
    if (local === undefined) throw new LineError(NO_FILES);
    const offered = context.seen.find(room.number, sequence)?.file?.name;
    const about = {
      direction: 'get',
      name: name ?? offered ?? `${sequence}`,
      where: roomLabel(room),
      line,
    } as const;
    transfers.start(about, async (options) => {
      const saveOptions = { ...options, ...(name !== undefined && { name }) };
      const saved = await local.save({ room: room.number, sequence }, saveOptions);
      return { kind: 'saved', ...saved };
    });
    return undefined;
  }

  async #link({ room, sequence }: Found): Promise<Reply> {
    const link = await this.#parts.context.client.fileLink(room.number, sequence);
    return { kind: 'fileLink', room, sequence, ...link };
  }

  #cancel(number: number | undefined): undefined {
    const { transfers } = this.#parts;
    const [only, ...others] = transfers.all;
    if (only === undefined) throw new LineError('no file is on its way');
    if (number === undefined && others.length > 0)
      throw new LineError('several files are on their way; /transfers shows their numbers');
    const outcome = transfers.cancel(number ?? only.number);
    if (outcome === 'unknown')
      throw new LineError(`no file with number ${number} is on its way; /transfers lists them`);
    if (outcome === 'late')
      throw new LineError('it is too late: its message goes out; /delete it when it is there');
    return undefined;
  }

  /** The message named, or the latest offer that waits for an answer: where one is, else anywhere. */
  async #offerMeant(ref: MessageRef | undefined): Promise<Found> {
    const { context } = this.#parts;
    if (ref !== undefined) return messageMeant(context, ref);
    const { seen, client, here } = context;
    const room = here === undefined ? undefined : findConversation(client.rooms, here);
    if (room?.kind === 'direct' && !seen.isCurrent(room.number)) await loadNewest(context, room);
    const offer = seen.openOffer(room?.number) ?? seen.openOffer(undefined);
    const found = client.rooms.find(({ number }) => number === offer?.room);
    if (offer !== undefined && found !== undefined) return { room: found, sequence: offer.sequence };
    throw new LineError('no file waits for your answer here; name its message, like @bob/12');
  }

  /** The message named, or the latest one with a file: where one is, else of whatever room. */
  async #fileMeant(ref: MessageRef | undefined): Promise<Found> {
    const { context } = this.#parts;
    const found =
      ref === undefined
        ? (lastFile(context) ?? (await latestFile(context, roomMeant(context, undefined))))
        : await messageMeant(context, ref);
    const { room, sequence } = found;
    if (context.seen.find(room.number, sequence) === undefined) await loadOne(context, found);
    const seen = context.seen.find(room.number, sequence);
    if (seen !== undefined && seen.file === undefined)
      throw new LineError(`${roomLabel(room)}/${sequence} has no file${seen.deleted ? ' any more' : ''}`);
    return found;
  }
}

/** Where one is nowhere yet. */
function lastFile({ here, seen, client }: Context): Found | undefined {
  const last = here === undefined ? seen.lastFile : undefined;
  const room = client.rooms.find(({ number }) => number === last?.room);
  return last && room && { room, sequence: last.sequence };
}

async function latestFile(context: Context, room: JoinedRoom): Promise<Found> {
  if (!context.seen.isCurrent(room.number)) await loadNewest(context, room);
  const found = context.seen
    .latest(room.number)
    .find(({ file }) => file !== undefined && file.answer !== 'declined');
  if (found !== undefined) return { room, sequence: found.sequence };
  throw new LineError(
    `none of the last ${PAGE_MAX} messages in ${roomLabel(room)} has a file; name one by its number`,
  );
}

/** What it is called is worth asking for; that it cannot be read is said by what follows. */
async function loadOne(context: Context, { room, sequence }: Found): Promise<void> {
  const page = await context.client
    .messages(room.number, { around: sequence, limit: 1 })
    .catch(() => undefined);
  for (const message of page?.messages ?? []) noteMessage(context.seen, message);
}

function labelOf({ client }: Context, conversation: Conversation): string {
  const room = findConversation(client.rooms, conversation);
  return room === undefined ? conversationLabel(conversation) : roomLabel(room);
}

/** By number where the room is known, since names change. */
function targetFor({ client }: Context, to: Conversation): Target {
  const room = findConversation(client.rooms, to);
  if (room !== undefined) return targetOf(room);
  return to.kind === 'room' ? to : { kind: 'people', recipients: [to.person] };
}
