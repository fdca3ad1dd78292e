import { placeKey } from '@sotto/app';
import type { MessageView } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import { useEffect, useRef, useState } from 'react';
import { useSelected, useStore } from '../hooks/use-store.ts';
import type { Writing } from './written-where.ts';

export interface Written {
  text: string;
  setText(text: string): void;
  /** It was sent. */
  clear(): void;
}

export interface WrittenOptions {
  room: RoomNumber;
  thread: Sequence | undefined;
  writing: Writing;
  onWriting(writing: Writing): void;
}

/**
 * What is written, kept as the draft of the room or thread, on all devices. While a message is edited the draft waits, and
 * what is written elsewhere comes when nothing was written here since.
 */
export function useWritten({ room, thread, writing, onWriting }: WrittenOptions): Written {
  const store = useStore();
  const key = placeKey(room, thread);
  const draft = useSelected(store.drafts, (all) => all.get(key), [key]);
  const [text, setShown] = useState(draft?.text ?? '');
  const [edited, setEdited] = useState<{ of: MessageView; text: string }>();
  /** What this field told last: a draft that says something else comes from elsewhere. */
  const told = useRef(draft?.text ?? '');
  useEffect(() => {
    const now = draft?.text ?? '';
    if (now === told.current) return;
    told.current = now;
    setShown(now);
  }, [draft]);
  useDraftedReply(draft?.replyTo, onWriting);
  const replyTo = writing.kind === 'reply' ? writing.to : undefined;
  const keep = (now: string) => {
    told.current = now;
    setShown(now);
    store.setDraft(room, now, {
      ...(thread === undefined ? {} : { thread }),
      ...(replyTo === undefined ? {} : { replyTo }),
    });
  };
  if (writing.kind === 'edit') {
    const { message } = writing;
    const setText = (now: string) => setEdited({ of: message, text: now });
    return {
      text: edited?.of === message ? edited.text : (message.text ?? ''),
      setText,
      clear: () => setEdited(undefined),
    };
  }
  return { text, setText: keep, clear: () => keep('') };
}

/** A draft that answers something goes on answering it. */
function useDraftedReply(replyTo: Sequence | undefined, onWriting: (writing: Writing) => void): void {
  const first = useRef(replyTo);
  useEffect(() => {
    const to = first.current;
    if (to !== undefined) onWriting({ kind: 'reply', to, message: undefined });
    first.current = undefined;
  }, [onWriting]);
}
