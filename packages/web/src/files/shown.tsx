/**
 * What is in a file, by what it is. Nothing of it runs: pictures, sounds and films are those of the browser, a text is text, and
 * a PDF is given to the browser's own reader under a type of ours, whatever is in it.
 * biome-ignore-all lint/a11y/useMediaCaption: people send them as they are.
 * biome-ignore-all lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard.
 * biome-ignore-all lint/a11y/useSemanticElements: a group of nothing that is filled in.
 */
import { errorWords } from '@sotto/app';
import type { MessageView } from '@sotto/client';
import { formatBytes } from '@sotto/model';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSelected, useStore } from '../hooks/use-store.ts';
import { Code } from '../markdown/code-block.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { isPdf, TEXT_SHOWN_MAX_BYTES, textOf } from './looks.ts';
import type { Media } from './media.ts';
import { TransferLine } from './transfer-line.tsx';
import type { Bytes } from './use-bytes.ts';
import { useObjectUrl } from './use-object-url.ts';
import styles from './viewer.module.css';

export interface ShownProps {
  message: MessageView;
  media: Media | undefined;
  bytes: Bytes;
  name: string;
  /** Of pictures: 0 is what fits, 1 their own size. */
  factor: number;
  /** A picture was pressed. */
  onToggle(): void;
}

export function Shown(props: ShownProps) {
  const { media } = props;
  switch (media?.kind) {
    case 'picture':
    case 'audio':
    case 'video':
    case 'pdf':
      return <Whole {...props} media={media} />;
    case 'text':
      return <Text {...props} language={media.language} />;
    case undefined:
      return <Problem>This kind of file cannot be shown here. Save it to open it elsewhere.</Problem>;
  }
}

const Problem = ({ children, onAgain }: { children: ReactNode; onAgain?: () => void }) => (
  <div className={styles.problem}>
    <Notice kind="info" actions={onAgain !== undefined && <Button onClick={onAgain}>Try again</Button>}>
      {children}
    </Notice>
  </div>
);

type Loaded<T> = { kind: 'loading' } | { kind: 'ready'; value: T } | { kind: 'failed'; error: unknown };

/** Called off where nobody waits for it any more. */
function useLoad<T>(load: (signal: AbortSignal) => Promise<T>): [Loaded<T>, again: () => void] {
  const [state, setState] = useState<Loaded<T>>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each attempt.
  useEffect(() => {
    const ending = new AbortController();
    const tell = (told: Loaded<T>) => {
      if (!ending.signal.aborted) setState(told);
    };
    tell({ kind: 'loading' });
    latest.current(ending.signal).then(
      (value) => tell({ kind: 'ready', value }),
      (error) => tell({ kind: 'failed', error }),
    );
    return () => ending.abort();
  }, [attempt]);
  return [state, () => setAttempt(attempt + 1)];
}

type WholeMedia = Exclude<Media, { kind: 'text' }>;

function Whole({ message, media, bytes, ...look }: ShownProps & { media: WholeMedia }) {
  const store = useStore();
  const id = `${message.room.number}/${message.sequence}`;
  const transfer = useSelected(store.transfers, (all) => all.get(id), [id]);
  const [state, again] = useLoad(async (signal) => {
    // A row may be fetching it already; whoever turns to the next one does not wait for this one.
    if (bytes.blob === undefined && !store.transfers.get().has(id))
      signal.addEventListener('abort', () => store.transfers.get().get(id)?.cancel());
    const blob = await bytes.download();
    if (media.kind === 'pdf' && !(await isPdf(blob))) throw new Error(NO_PDF);
    return blob;
  });
  const url = useObjectUrl(state.kind === 'ready' ? state.value : undefined, media.type);
  if (state.kind === 'failed') return <Problem onAgain={again}>{errorWords(state.error)}</Problem>;
  if (url === undefined) {
    return transfer === undefined ? (
      <div className={styles.loading} />
    ) : (
      <div className={styles.loading}>
        <TransferLine transfer={transfer} />
      </div>
    );
  }
  return <Drawn {...look} media={media} url={url} />;
}

const NO_PDF = 'This file says that it is a PDF, and is none. Save it to look at it elsewhere.';

interface DrawnProps extends Pick<ShownProps, 'name' | 'factor' | 'onToggle'> {
  media: WholeMedia;
  url: string;
}

function Drawn({ media, url, name, ...zooming }: DrawnProps) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <Problem>The browser cannot show it. Save it to open it elsewhere.</Problem>;
  const onError = () => setBroken(true);
  switch (media.kind) {
    case 'picture':
      return <Picture url={url} name={name} onError={onError} {...zooming} />;
    case 'audio':
      return (
        <audio className={styles.sound} src={url} aria-label={name} onError={onError} controls autoPlay />
      );
    case 'video':
      return (
        <video className={styles.fits} src={url} aria-label={name} onError={onError} controls autoPlay />
      );
    case 'pdf':
      return <Pdf url={url} name={name} />;
  }
}

interface PictureProps extends Pick<ShownProps, 'name' | 'factor' | 'onToggle'> {
  url: string;
  onError(): void;
}

function Picture({ url, name, factor, onToggle, onError }: PictureProps) {
  const [size, setSize] = useState<{ width: number; height: number }>();
  const isFit = factor === 0 || size === undefined;
  const scaled = isFit ? {} : { width: size.width * factor, height: size.height * factor };
  return (
    <div className={styles.scroll} tabIndex={isFit ? -1 : 0} {...(isFit ? {} : { 'data-scrolls': '' })}>
      <button type="button" className={isFit ? styles.fit : styles.zoomed} onClick={onToggle}>
        <img
          className={isFit ? styles.fits : styles.whole}
          src={url}
          alt={name}
          {...scaled}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize({ width: naturalWidth, height: naturalHeight })
          }
          onError={onError}
        />
      </button>
    </div>
  );
}

/** Frames of other types than ours are not made here: in one of HTML the sender's program would be this page's. */
function Pdf({ url, name }: { url: string; name: string }) {
  if (!navigator.pdfViewerEnabled)
    return <Problem>This browser shows no PDF by itself. Save it to open it elsewhere.</Problem>;
  return <iframe className={styles.document} src={`${url}${PDF_VIEW}`} title={name} />;
}

/** Its own bar would call it by the address, and save it so. */
const PDF_VIEW = '#toolbar=0&navpanes=0&view=FitH';

/** One looks at it, and nothing is being scrolled meanwhile. */
const COLOURED_MAX_UNITS = 60_000;

function Text({ message, bytes, name, language }: ShownProps & { language: string }) {
  const [state, again] = useLoad(async (signal) =>
    textOf(await bytes.beginning(TEXT_SHOWN_MAX_BYTES, signal)),
  );
  switch (state.kind) {
    case 'loading':
      return (
        <div className={styles.text}>
          <Skeleton shape="lines" label={name} />
        </div>
      );
    case 'failed':
      return <Problem onAgain={again}>{errorWords(state.error)}</Problem>;
    case 'ready':
      if (state.value === undefined)
        return (
          <Problem>This file says that it is a text, and is none. Save it to open it elsewhere.</Problem>
        );
      return (
        <div className={styles.text}>
          {(message.file?.sizeBytes ?? 0) > TEXT_SHOWN_MAX_BYTES && (
            <p className={styles.part}>
              The first {formatBytes(TEXT_SHOWN_MAX_BYTES)} are shown. Save it to see all of it.
            </p>
          )}
          <pre className={styles.lines} tabIndex={0} data-scrolls="" role="group" aria-label={name}>
            <Code language={language} text={state.value} maxUnits={COLOURED_MAX_UNITS} />
          </pre>
        </div>
      );
  }
}
