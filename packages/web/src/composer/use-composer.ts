import { completed, errorWords, isCommandLine, type Store, textMeant } from '@sotto/app';
import { MESSAGE_MAX_BYTES } from '@sotto/model';
import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useStore } from '../hooks/use-store.ts';
import { addToast } from '../ui/toasts.ts';
import { isTouch } from './field-keys.ts';
import { useAttached } from './use-attached.ts';
import { useCompletion } from './use-completion.ts';
import { useSlash } from './use-slash.tsx';
import { useWritten } from './use-written.ts';
import type { WrittenWhere } from './written-where.ts';

/** What is written in a text field, attached to it, completed and meant by it; and what sends that. */
export function useComposer(where: WrittenWhere) {
  const { room, thread, writing, onWriting, onSent } = where;
  const store = useStore();
  const listId = useId();
  const typed = useText(where);
  const { field, text, setText, clear, write, completion } = typed;
  const attached = useAttached(room, thread);
  const slash = useSlash({
    ...{ room, thread, text, listId, field, caret: completion.caret, onText: write },
    isNew: writing.kind !== 'edit',
    onDone: () => clear(),
  });
  const tooLong = Math.max(0, bytesOf(text) - MESSAGE_MAX_BYTES);
  const isOpen = completion.options.length > 0 && slash.active === undefined;
  const isEditing = writing.kind === 'edit';
  const hasFiles = !isEditing && attached.canSend;
  const canSend = (hasFiles || text.trim() !== '') && tooLong === 0 && (isEditing || !attached.isBlocked);
  const send = () => {
    if (!canSend) return;
    if (slash.isCommand && !hasFiles) return slash.run();
    if (hasFiles) attached.send({ text, replyTo: writing.kind === 'reply' ? writing.to : undefined });
    else sendWritten(store, where, text);
    clear();
    onWriting({ kind: 'new' });
    onSent();
  };
  const attach = (files: readonly File[]) => {
    attached.add(files);
    field.current?.focus();
  };
  const onText = (value: string) => {
    setText(value);
    completion.look();
    const inThread = thread === undefined ? {} : { thread };
    if (value !== '' && !isCommandLine(value)) store.client.typing(room, inThread);
  };
  return { ...typed, listId, attached, slash, tooLong, isOpen, canSend, send, attach, onText };
}

/** The text, where its caret is, and what completes it. */
function useText({ room, thread, writing, onWriting }: WrittenWhere) {
  const field = useRef<HTMLTextAreaElement>(null);
  const { text, setText, clear } = useWritten({ room, thread, writing, onWriting });
  const insert = (word: string): void => {
    if (completion.completing === undefined) return;
    const next = completed(text, completion.completing, word);
    write(next.text, next.caret);
  };
  const write = (now: string, caret: number): void => {
    // At once: what is typed next is to come there.
    flushSync(() => setText(now));
    field.current?.setSelectionRange(caret, caret);
    completion.look();
  };
  const insertEmoji = (glyph: string): void => {
    const at = field.current?.selectionEnd ?? text.length;
    write(`${text.slice(0, at)}${glyph}${text.slice(at)}`, at + glyph.length);
  };
  const completion = useCompletion({ room, text, field, onChoose: insert });
  useEffect(() => {
    if (!isTouch() || writing.kind !== 'new') field.current?.focus();
  }, [writing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written makes it grow.
  useLayoutEffect(() => grow(field.current), [text]);
  return { field, text, setText, clear, write, insert, insertEmoji, completion };
}

function sendWritten(store: Store, { room, thread, writing }: WrittenWhere, text: string): void {
  if (writing.kind !== 'edit') {
    const replyTo = writing.kind === 'reply' ? { replyTo: writing.to } : {};
    store.send(room, textMeant(text), { ...replyTo, ...(thread === undefined ? {} : { thread }) });
  } else if (writing.message.text !== text) {
    store.client.edit(room, writing.message.sequence, text).catch((error) => {
      addToast({ kind: 'danger', words: `The message is as it was. ${errorWords(error)}` });
    });
  }
}

/** As high as its text, where the style sheet cannot say so. */
function grow(field: HTMLTextAreaElement | null): void {
  if (field === null || CSS.supports('field-sizing', 'content')) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}

/** In UTF-8; only where it may matter. */
const bytesOf = (text: string): number =>
  text.length * 3 <= MESSAGE_MAX_BYTES ? 0 : new TextEncoder().encode(text).length;
