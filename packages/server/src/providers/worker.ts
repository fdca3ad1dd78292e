/** Runs providers in a thread of their own; see `thread.ts`. */
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { AskedProviders } from './asked.ts';
import { createOpenProvider } from './open.ts';
import type { FromThread, ToThread } from './thread-messages.ts';

declare const self: {
  onmessage: (event: MessageEvent<ToThread>) => void;
  postMessage: (batch: FromThread) => void;
};

/** Chat goes first where cores are few. Only Linux has a priority for each thread, by its number. */
function giveWay(): void {
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), constants.priority.PRIORITY_LOW);
  } catch {
    // As quick as the others, then.
  }
}

giveWay();

let asked: AskedProviders | undefined;

self.onmessage = ({ data }) => {
  if (data.kind === 'begin')
    asked = new AskedProviders(createOpenProvider(data.privateHosts), (batch) => self.postMessage(batch));
  else asked?.heard(data);
};
