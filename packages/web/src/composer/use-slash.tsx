import { errorWords, isCommandLine } from '@sotto/app';
import type { RoomNumber, Sequence } from '@sotto/model';
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  Suspense,
  useContext,
  useRef,
  useState,
} from 'react';
import { useReadable, useStore } from '../hooks/use-store.ts';
import { PeopleContext } from '../people/people.ts';
import { OpenDialogContext } from '../shell/open-dialog.ts';
import { ShowBesideContext } from '../side/beside.ts';
import { later } from '../ui/later.tsx';
import { addToast } from '../ui/toasts.ts';
import type { Outcome, Scene } from './slash/scene.ts';

const load = () => import('./slash/slash-pane.tsx');
const SlashPane = later(load);
const Told = later(async () => ({ default: (await load()).Told }));

export interface SlashOptions {
  room: RoomNumber;
  thread: Sequence | undefined;
  /** Nothing is edited: what begins with a slash is a command. */
  isNew: boolean;
  text: string;
  caret: number;
  listId: string;
  field: RefObject<HTMLElement | null>;
  onText(text: string, caret: number): void;
  /** It was carried out. */
  onDone(): void;
}

export interface Slash {
  isCommand: boolean;
  /** The id of the option that is chosen, where there are some. */
  active: string | undefined;
  /** Above the text field. */
  pane: ReactNode;
  /** Whether the key was for it. */
  onKeyDown(event: KeyboardEvent): boolean;
  run(): void;
}

/** Commands in the text field: what they need is fetched when the first slash is typed. */
export function useSlash(options: SlashOptions): Slash {
  const { room, thread, isNew, text, caret, listId, field, onText, onDone } = options;
  const store = useStore();
  const joined = useReadable(store.rooms).byNumber.get(room);
  const open = useContext(OpenDialogContext);
  const show = useContext(ShowBesideContext);
  const people = useContext(PeopleContext);
  const keys = useRef<(event: KeyboardEvent) => boolean>(undefined);
  const [active, setActive] = useState<string>();
  const [failed, setFailed] = useState<{ text: string; words: string }>();
  const [told, setTold] = useState<Exclude<Outcome, { kind: 'done' }>>();
  const isBusy = useRef(false);
  const isCommand = isNew && joined !== undefined && isCommandLine(text);
  const scene: Scene | undefined = joined && {
    ...{ store, room: joined, thread, open, show },
    showPerson: (person) => field.current !== null && people?.showCard(person, field.current),
  };
  const run = async () => {
    if (scene === undefined || isBusy.current) return;
    isBusy.current = true;
    try {
      const outcome = await (await load()).perform(scene, text);
      onDone();
      if (outcome.kind !== 'done') setTold(outcome);
      else if (outcome.words !== undefined) addToast({ kind: 'success', words: outcome.words });
    } catch (error) {
      setFailed({ text, words: problemWords(error) });
    } finally {
      isBusy.current = false;
    }
  };
  const pane = scene !== undefined && (isCommand || told !== undefined) && (
    <Suspense fallback={null}>
      {isCommand ? (
        <SlashPane
          {...{ scene, text, caret, listId, onText }}
          problem={failed?.text === text ? failed.words : undefined}
          onOptions={(now, onKeyDown) => {
            keys.current = onKeyDown;
            setActive(now);
          }}
        />
      ) : (
        told !== undefined && <Told outcome={told} onClose={() => setTold(undefined)} />
      )}
    </Suspense>
  );
  return {
    isCommand,
    active: isCommand ? active : undefined,
    pane,
    onKeyDown: (event) => {
      if (isCommand) return keys.current?.(event) === true;
      if (told === undefined || event.key !== 'Escape') return false;
      setTold(undefined);
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    run: () => void run(),
  };
}

/** What the line itself should have been begins small: it is read after the line. */
function problemWords(error: unknown): string {
  if (!(error instanceof Error) || error.name !== 'LineError') return errorWords(error);
  return `${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.`;
}
