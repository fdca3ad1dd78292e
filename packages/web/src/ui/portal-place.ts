/** Where what floats is put in the page: in the landmark it belongs to, and in the dialog, which nothing else is above. */
export const portalPlace = (at: Element | { x: number; y: number }): HTMLElement =>
  (at instanceof Element ? at : document.elementFromPoint(at.x, at.y))?.closest<HTMLElement>(PLACES) ??
  document.querySelector('main') ??
  document.body;

const PLACES = 'dialog, main, nav, aside';
