import {
  type Conversation,
  completed,
  errorWords,
  isCommandLine,
  keyAction,
  type Store,
  textMeant,
} from '@sotto/app';
import type { MessageView } from '@sotto/client';
import { MESSAGE_MAX_BYTES, type RoomNumber, type Sequence } from '@sotto/model';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useStore } from '../hooks/use-store.ts';
import { IconButton } from '../ui/button.tsx';
import { addToast } from '../ui/toasts.ts';
import { About } from './about.tsx';
import { AttachButton, AttachedTray } from './attach.tsx';
import { CompletionList, optionId } from './completion-list.tsx';
import styles from './composer.module.css';
import { EmojiButton } from './emoji-button.tsx';
import { useAttached } from './use-attached.ts';
import { useCompletion } from './use-completion.ts';
import { useSlash } from './use-slash.tsx';
import { useWritten } from './use-written.ts';

/** What is being done with the text field. */
export type Writing =
  | { kind: 'new' }
  | { kind: 'reply'; to: Sequence; message: MessageView | undefined }
  | { kind: 'edit'; message: MessageView };

export interface ComposerProps {
  room: RoomNumber;
  thread?: Sequence;
  /** What to say where it is empty: "Message #garden". */
  placeholder: string;
  writing: Writing;
  onWriting(writing: Writing): void;
  /** Up in an empty field edits it. */
  lastOwn: Conversation['lastOwn'];
  /** Something was sent. */
  onSent(): void;
}

export function Composer(props: ComposerProps) {
  const { room, thread, placeholder, writing, onWriting, onSent } = props;
  const store = useStore();
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const { text, setText, clear } = useWritten({ room, thread, writing, onWriting });
  const attached = useAttached(room, thread);
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
  const inThread = thread === undefined ? {} : { thread };
  useEffect(() => {
    if (!isTouch() || writing.kind !== 'new') field.current?.focus();
  }, [writing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written makes it grow.
  useLayoutEffect(() => grow(field.current), [text]);
  const send = () => {
    if (!canSend) return;
    if (slash.isCommand && !hasFiles) return slash.run();
    if (hasFiles) attached.send({ text, replyTo: writing.kind === 'reply' ? writing.to : undefined });
    else sendWritten(store, props, text);
    clear();
    onWriting({ kind: 'new' });
    onSent();
  };
  const attach = (files: readonly File[]) => {
    attached.add(files);
    field.current?.focus();
  };
  return (
    <div className={styles.composer}>
      {slash.pane}
      {isOpen && <CompletionList id={listId} {...completion} onChoose={insert} />}
      <About writing={writing} onLeave={() => onWriting({ kind: 'new' })} />
      <AttachedTray {...attached} />
      <div className={styles.line}>
        <AttachButton onFiles={attach} />
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          aria-label={placeholder}
          placeholder={placeholder}
          aria-autocomplete="list"
          aria-controls={isOpen || slash.active !== undefined ? listId : undefined}
          aria-activedescendant={isOpen ? optionId(listId, completion.at) : slash.active}
          aria-invalid={tooLong > 0 || undefined}
          value={text}
          onChange={({ target: { value } }) => {
            setText(value);
            completion.look();
            if (value !== '' && !isCommandLine(value)) store.client.typing(room, inThread);
          }}
          onSelect={completion.look}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing || slash.onKeyDown(event)) return;
            if (isOpen && completion.onKeyDown(event)) return;
            onFieldKey(event, props, text, send);
          }}
          onPaste={(event) => {
            const { files } = event.clipboardData;
            if (files.length === 0) return;
            event.preventDefault();
            attach([...files]);
          }}
        />
        <EmojiButton onPick={insertEmoji} />
        <IconButton
          icon={isEditing ? 'check' : 'send'}
          label={isEditing ? 'Save' : 'Send'}
          keys="Enter"
          disabled={!canSend}
          onClick={send}
        />
      </div>
      {tooLong > 0 && (
        <p className={styles.problem} role="alert">
          Too long by {tooLong} bytes. Send it as a file, or in parts.
        </p>
      )}
    </div>
  );
}

function sendWritten(store: Store, { room, thread, writing }: ComposerProps, text: string): void {
  if (writing.kind !== 'edit') {
    const replyTo = writing.kind === 'reply' ? { replyTo: writing.to } : {};
    store.send(room, textMeant(text), { ...replyTo, ...(thread === undefined ? {} : { thread }) });
  } else if (writing.message.text !== text) {
    store.client.edit(room, writing.message.sequence, text).catch((error) => {
      addToast({ kind: 'danger', words: `The message is as it was. ${errorWords(error)}` });
    });
  }
}

function onFieldKey(
  event: KeyboardEvent<HTMLTextAreaElement>,
  { writing, onWriting, lastOwn }: ComposerProps,
  text: string,
  send: () => void,
): void {
  const field = event.currentTarget;
  const isFresh = text === '' && writing.kind === 'new';
  const last = isFresh ? lastOwn() : undefined;
  switch (keyAction(event, 'composer')) {
    case 'send':
      if (isTouch()) return;
      send();
      break;
    case 'leave':
      if (writing.kind === 'new') return;
      onWriting({ kind: 'new' });
      break;
    case 'editLast':
      if (!isFresh) return;
      if (last === 'onItsWay') break;
      if (last !== undefined) onWriting({ kind: 'edit', message: last });
      else listOf(field)?.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus();
      break;
    case 'pageUp':
    case 'pageDown': {
      // A long text goes through itself.
      if (field.scrollHeight > field.clientHeight + 1) return;
      const list = listOf(field);
      list?.scrollBy({ top: (event.key === 'PageUp' ? -PAGE : PAGE) * list.clientHeight });
      break;
    }
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** Of what is seen, so that the last line stays in sight. */
const PAGE = 0.9;

/** The messages that the field is below of. */
const listOf = (field: HTMLElement): HTMLElement | null =>
  field.closest('[data-conversation]')?.querySelector<HTMLElement>('[role=log]') ?? null;

/** As high as its text, where the style sheet cannot say so. */
function grow(field: HTMLTextAreaElement | null): void {
  if (field === null || CSS.supports('field-sizing', 'content')) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}

/** There Enter is the only way to another line. */
const isTouch = (): boolean => matchMedia('(hover: none) and (pointer: coarse)').matches;

/** In UTF-8; only where it may matter. */
const bytesOf = (text: string): number =>
  text.length * 3 <= MESSAGE_MAX_BYTES ? 0 : new TextEncoder().encode(text).length;
