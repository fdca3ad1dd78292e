import type { SottoClient } from '@sotto/client';
import type { Target } from './command.ts';
import type { DraftKeeper } from './drafts.ts';
import type { Seat } from './io.ts';

/** A line longer than this is not looked at with each key: a text that is pasted has thousands. */
const LONG_LINE_CHARACTERS = 500;
const LOOK_MS = 250;

/** Others in the room see that somebody writes. */
export function tellTyping(
  client: SottoClient,
  seat: Seat,
  drafts: DraftKeeper,
  target: () => Target | undefined,
): void {
  let lookedAtMs = 0;
  seat.onKey(() => {
    const isLong = seat.typed().length > LONG_LINE_CHARACTERS;
    if (isLong && performance.now() - lookedAtMs < LOOK_MS) return;
    lookedAtMs = performance.now();
    const message = client.status.kind === 'online' ? drafts.message(target()) : undefined;
    if (message !== undefined) client.typing(message.room.number);
  });
}
