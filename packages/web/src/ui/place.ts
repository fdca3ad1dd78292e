/** Between what floats and what it belongs to, and between it and the edge of the window. */
const GAP_PX = 6;
const EDGE_PX = 8;

/** Puts a fixed element above the box, or below where there is no room, centred on it and inside the window. */
export function placeBeside(element: HTMLElement, box: DOMRect): void {
  const { width, height } = element.getBoundingClientRect();
  const above = box.top - height - GAP_PX;
  const top = above >= EDGE_PX ? above : box.bottom + GAP_PX;
  const left = box.left + box.width / 2 - width / 2;
  const rightmost = document.documentElement.clientWidth - width - EDGE_PX;
  element.style.top = `${Math.round(top)}px`;
  element.style.left = `${Math.round(Math.max(EDGE_PX, Math.min(left, rightmost)))}px`;
}
