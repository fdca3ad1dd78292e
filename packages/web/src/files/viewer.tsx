/**
 * The file of a message as large as the window allows. A chunk of its own.
 * biome-ignore-all lint/a11y/noStaticElementInteractions: keys that count in all of it.
 */
import { errorWords } from '@sotto/app';
import type { FileInfo, MessageView } from '@sotto/client';
import { formatBytes, safeFileName } from '@sotto/model';
import { type KeyboardEvent, useState } from 'react';
import { exactWords } from '../conversation/times.ts';
import { nameOf } from '../conversation/words.ts';
import { goTo } from '../routes.ts';
import { IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { addToast } from '../ui/toasts.ts';
import { mediaOf } from './media.ts';
import { saveBlob } from './save-blob.ts';
import { Shown } from './shown.tsx';
import { type Bytes, isCalledOff, useBytes } from './use-bytes.ts';
import { type Neighbours, useNeighbours } from './use-neighbours.ts';
import styles from './viewer.module.css';

export interface ViewerProps {
  message: MessageView;
  /** Shows that one instead. */
  onTurn(message: MessageView): void;
  onClose(): void;
}

/** How much larger than fits: 0 is what fits. */
const ZOOMS = [0, 1, 2, 4] as const;

export default function Viewer(props: ViewerProps) {
  const { message, onClose } = props;
  const { file } = message;
  const name = safeFileName(file?.name ?? '');
  return (
    <Dialog title={name} size="full" bare onClose={onClose}>
      {file !== undefined && (
        <Inside key={`${message.room.number}/${message.sequence}`} {...props} file={file} name={name} />
      )}
    </Dialog>
  );
}

interface InsideProps extends ViewerProps {
  file: FileInfo;
  name: string;
}

function Inside({ message, file, name, onTurn, onClose }: InsideProps) {
  const media = mediaOf(file);
  const bytes = useBytes(message, file);
  const [zoom, setZoom] = useState(0);
  const save = () => void saveFrom(bytes, name);
  const isPicture = media?.kind === 'picture';
  const turn = (to: MessageView | undefined) => {
    if (to !== undefined) onTurn(to);
  };
  const around = useNeighbours(message);
  const toMessage = () => {
    onClose();
    goTo({ kind: 'room', room: message.room.number, message: message.sequence });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const done = KEYS.get(event.key)?.({ around, turn, save, zoom: isPicture ? setZoom : () => {} });
    if (event.ctrlKey || event.altKey || event.metaKey || done === undefined || takesKeys(event)) return;
    done();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.viewer} onKeyDown={onKeyDown}>
      <header className={styles.head}>
        <div className={styles.about}>
          <span className={styles.name}>{name}</span>
          <span className={styles.origin}>
            {nameOf(message.sender)}, {exactWords(message.sentAt)}, {formatBytes(file.sizeBytes)}
          </span>
        </div>
        {isPicture && <Zoom zoom={zoom} onZoom={setZoom} />}
        <IconButton icon="message" label="Go to the message" onClick={toMessage} />
        <IconButton icon="download" label={`Save ${name}`} keys="S" onClick={save} />
        <IconButton icon="close" label="Close" keys="Esc" onClick={onClose} />
      </header>
      <div className={styles.stage}>
        <Turn to={around.earlier} icon="chevronLeft" label="Earlier picture" keys="←" onTurn={onTurn} />
        <Shown
          {...{ message, media, bytes, name }}
          factor={ZOOMS[zoom] ?? 0}
          onToggle={() => setZoom(zoom === 0 ? 1 : 0)}
        />
        <Turn to={around.later} icon="chevronRight" label="Later picture" keys="→" onTurn={onTurn} />
      </div>
    </div>
  );
}

interface KeyUses {
  around: Neighbours;
  turn(to: MessageView | undefined): void;
  save(): void;
  zoom(next: (zoom: number) => number): void;
}

const KEYS: ReadonlyMap<string, (uses: KeyUses) => (() => void) | undefined> = new Map(
  Object.entries<(uses: KeyUses) => (() => void) | undefined>({
    ArrowLeft: ({ around, turn }) => around.earlier && (() => turn(around.earlier)),
    ArrowRight: ({ around, turn }) => around.later && (() => turn(around.later)),
    s: ({ save }) => save,
    S: ({ save }) => save,
    '+':
      ({ zoom }) =>
      () =>
        zoom(larger),
    '-':
      ({ zoom }) =>
      () =>
        zoom(smaller),
    '0':
      ({ zoom }) =>
      () =>
        zoom(() => 0),
  }),
);

const larger = (zoom: number): number => Math.min(zoom + 1, ZOOMS.length - 1);
const smaller = (zoom: number): number => Math.max(zoom - 1, 0);

/** Sounds and films move by arrows themselves. */
const takesKeys = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLMediaElement ||
  (target instanceof HTMLElement && target.dataset.scrolls !== undefined);

function Zoom({ zoom, onZoom }: { zoom: number; onZoom(next: (zoom: number) => number): void }) {
  return (
    <span className={styles.zoom}>
      <IconButton
        icon="zoomOut"
        label="Smaller"
        keys="-"
        disabled={zoom === 0}
        onClick={() => onZoom(smaller)}
      />
      <IconButton
        icon="zoomIn"
        label="Larger"
        keys="+"
        disabled={zoom === ZOOMS.length - 1}
        onClick={() => onZoom(larger)}
      />
    </span>
  );
}

interface TurnProps {
  to: MessageView | undefined;
  icon: 'chevronLeft' | 'chevronRight';
  label: string;
  keys: string;
  onTurn(message: MessageView): void;
}

function Turn({ to, onTurn, ...look }: TurnProps) {
  if (to === undefined) return null;
  return <IconButton className={styles[look.icon]} {...look} onClick={() => onTurn(to)} />;
}

async function saveFrom(bytes: Bytes, name: string): Promise<void> {
  try {
    saveBlob(await bytes.download(), name);
  } catch (error) {
    if (!isCalledOff(error)) addToast({ kind: 'danger', words: `${name}: ${errorWords(error)}` });
  }
}
