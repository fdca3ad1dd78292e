import { type Completing, completingAt } from '@sotto/app';
import type { RoomNumber } from '@sotto/model';
import { type KeyboardEvent, type RefObject, useState } from 'react';
import { offerKey } from './offer-keys.ts';
import { type Option, useOptions } from './options.ts';

export interface Completion {
  /** Where it stands in the text. */
  caret: number;
  completing: Completing | undefined;
  options: readonly Option[];
  /** The chosen one. */
  at: number;
  /** The caret may be elsewhere. */
  look(): void;
  /** Whether the key was for the list. */
  onKeyDown(event: KeyboardEvent): boolean;
}

export interface CompletionOptions {
  room: RoomNumber;
  text: string;
  field: RefObject<HTMLTextAreaElement | null>;
  onChoose(word: string): void;
}

export function useCompletion({ room, text, field, onChoose }: CompletionOptions): Completion {
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  /** Escape closes the list for this word. */
  const [left, setLeft] = useState<number>();
  const found = completingAt(text, caret);
  const completing = found?.start === left ? undefined : found;
  const options = useOptions(room, completing);
  const at = Math.min(chosen, Math.max(0, options.length - 1));
  const look = () => {
    setCaret(field.current?.selectionEnd ?? 0);
    setChosen(0);
    if (found === undefined) setLeft(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const key = offerKey(event, at, options.length);
    if (key === undefined) return false;
    if (key.kind === 'choose') setChosen(key.at);
    else if (key.kind === 'leave') setLeft(completing?.start);
    else onChoose(options[at]?.word ?? '');
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { caret, completing, options, at, look, onKeyDown };
}
