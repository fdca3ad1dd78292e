import { useEffect, useRef, useState } from 'react';
import { placeBeside } from './place.ts';
import styles from './tooltips.module.css';

/** Long enough not to flicker under a moving pointer; at once while another one is open. */
const DELAY_MS = 350;

interface Shown {
  over: HTMLElement;
  words: string;
  keys: string | undefined;
}

/** The tooltips of the whole page, one at a time; see `tip`. */
export function Tooltips() {
  const [shown, setShown] = useState<Shown>();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => follow(setShown), []);
  useEffect(() => {
    const element = box.current;
    if (element === null || shown === undefined) return;
    element.showPopover();
    placeBeside(element, shown.over.getBoundingClientRect());
    const told = new MutationObserver(() => setShown({ ...shown, words: shown.over.dataset.tip ?? '' }));
    told.observe(shown.over, { attributeFilter: ['data-tip'] });
    return () => {
      told.disconnect();
      if (element.isConnected) element.hidePopover();
    };
  }, [shown]);
  return (
    <div ref={box} popover="manual" className={styles.tooltip} aria-hidden="true">
      {shown?.words}
      {shown?.keys !== undefined && <kbd className={styles.keys}>{shown.keys}</kbd>}
    </div>
  );
}

/** Tells what is to be shown; returns what ends it. */
function follow(show: (shown: Shown | undefined) => void): () => void {
  let over: HTMLElement | undefined;
  /** It was pressed: what it is called is known, and what it opens is not to be covered. */
  let pressed: HTMLElement | null = null;
  let isShown = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const showNow = () => {
    const words = over?.dataset.tip;
    isShown = over?.isConnected === true && words !== undefined && words !== '';
    show(isShown && over !== undefined ? { over, words: words ?? '', keys: over.dataset.keys } : undefined);
  };
  const turnTo = (target: EventTarget | null, isByKeyboard: boolean) => {
    const found = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
    if (found !== pressed) pressed = null;
    if (found === (over ?? null) || (found !== null && found === pressed)) return;
    over = found ?? undefined;
    clearTimeout(timer);
    if (over === undefined || isShown || isByKeyboard) showNow();
    else timer = setTimeout(showNow, DELAY_MS);
  };
  const leave = () => turnTo(null, false);
  const press = () => {
    const current = over ?? null;
    leave();
    pressed = current;
  };
  const stop = new AbortController();
  const listen = (kind: string, listener: (event: Event) => void) =>
    document.addEventListener(kind, listener, { signal: stop.signal, capture: true, passive: true });
  listen('pointerover', (event) => {
    if (event instanceof PointerEvent && event.pointerType === 'mouse') turnTo(event.target, false);
  });
  listen('focusin', (event) => {
    if (event.target instanceof Element && event.target.matches(':focus-visible')) turnTo(event.target, true);
  });
  for (const kind of ['focusout', 'scroll']) listen(kind, leave);
  for (const kind of ['pointerdown', 'keydown']) listen(kind, press);
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
