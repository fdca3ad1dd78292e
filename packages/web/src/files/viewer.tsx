/**
 * The file of a message as large as the window allows. A chunk of its own.
 * biome-ignore-all lint/a11y/noStaticElementInteractions: keys that count in all of it.
 */
import type { FileInfo, MessageView } from '@sotto/client';
import { formatBytes, safeFileName } from '@sotto/model';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { exactWords } from '../conversation/times.ts';
import { nameOf } from '../conversation/words.ts';
import { goTo } from '../routes.ts';
import { IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { mediaOf } from './media.ts';
import { saveFrom } from './save-blob.ts';
import { Shown } from './shown.tsx';
import { useBytes } from './use-bytes.ts';
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
      {file !== undefined && <Inside {...props} file={file} name={name} />}
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
  const [zoom, setZoom] = useZoom(message);
  const around = useNeighbours(message);
  const save = () => void saveFrom(bytes, name);
  const isPicture = media?.kind === 'picture';
  const uses = { around, onTurn, save, zoom: isPicture ? setZoom : () => {} };
  return (
    <div className={styles.viewer} onKeyDown={(event) => onKey(event, uses)}>
      <Head message={message} file={file} name={name} onSave={save} onClose={onClose}>
        {isPicture && <Zoom onZoom={setZoom} />}
      </Head>
      <div className={styles.stage}>
        <Turn to={around.earlier} icon="chevronLeft" label="Earlier picture" keys="←" onTurn={onTurn} />
        <Shown
          key={`${message.room.number}/${message.sequence}`}
          {...{ message, media, bytes, name }}
          factor={ZOOMS[zoom] ?? 0}
          onToggle={() => setZoom((now) => (now === 0 ? 1 : 0))}
        />
        <Turn to={around.later} icon="chevronRight" label="Later picture" keys="→" onTurn={onTurn} />
      </div>
    </div>
  );
}

type Step = (zoom: number) => number;

/** Each picture begins as it fits. */
function useZoom({ sequence }: MessageView): [zoom: number, set: (next: Step) => void] {
  const [zoomed, setZoomed] = useState({ sequence, zoom: 0 });
  const zoom = zoomed.sequence === sequence ? zoomed.zoom : 0;
  return [zoom, (next) => setZoomed({ sequence, zoom: next(zoom) })];
}

interface HeadProps extends Omit<InsideProps, 'onTurn'> {
  onSave(): void;
  children: ReactNode;
}

function Head({ message, file, name, onSave, onClose, children }: HeadProps) {
  const { room, sequence, sender, sentAt } = message;
  const closing = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what had the focus may be gone with the picture before.
  useEffect(() => {
    if (document.activeElement === document.body) closing.current?.focus();
  }, [sequence]);
  const toMessage = () => {
    onClose();
    goTo({ kind: 'room', room: room.number, message: sequence });
  };
  return (
    <header className={styles.head}>
      <div className={styles.about}>
        <span className={styles.name}>{name}</span>
        <span className={styles.origin}>
          {nameOf(sender)}, {exactWords(sentAt)}, {formatBytes(file.sizeBytes)}
        </span>
      </div>
      {children}
      <IconButton icon="message" label="Go to the message" onClick={toMessage} />
      <IconButton icon="download" label={`Save ${name}`} keys="S" onClick={onSave} />
      <IconButton ref={closing} icon="close" label="Close" keys="Esc" onClick={onClose} />
    </header>
  );
}

interface KeyUses {
  around: Neighbours;
  onTurn(to: MessageView): void;
  save(): void;
  zoom(next: Step): void;
}

function onKey(event: KeyboardEvent, { around, onTurn, save, zoom }: KeyUses): void {
  const { earlier, later } = around;
  if (event.ctrlKey || event.altKey || event.metaKey || takesKeys(event)) return;
  switch (event.key) {
    case 'ArrowLeft':
      if (earlier !== undefined) onTurn(earlier);
      break;
    case 'ArrowRight':
      if (later !== undefined) onTurn(later);
      break;
    case 's':
    case 'S':
      save();
      break;
    case '+':
      zoom(larger);
      break;
    case '-':
      zoom(smaller);
      break;
    case '0':
      zoom(() => 0);
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}

const larger: Step = (zoom) => Math.min(zoom + 1, ZOOMS.length - 1);
const smaller: Step = (zoom) => Math.max(zoom - 1, 0);

/** Sounds and films move by arrows themselves. */
const takesKeys = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLMediaElement ||
  (target instanceof HTMLElement && target.dataset.scrolls !== undefined);

function Zoom({ onZoom }: { onZoom(next: Step): void }) {
  return (
    <span className={styles.zoom}>
      <IconButton icon="zoomOut" label="Smaller" keys="-" onClick={() => onZoom(smaller)} />
      <IconButton icon="zoomIn" label="Larger" keys="+" onClick={() => onZoom(larger)} />
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
