/** Runs providers in a thread of their own; see `thread.ts`. */
import { AskedProviders } from './asked.ts';
import { createOpenProvider } from './open.ts';
import type { FromThread, ToThread } from './thread-messages.ts';

declare const self: {
  onmessage: (event: MessageEvent<ToThread>) => void;
  postMessage: (batch: FromThread) => void;
};

let asked: AskedProviders | undefined;

self.onmessage = ({ data }) => {
  if (data.kind === 'begin')
    asked = new AskedProviders(createOpenProvider(data.privateHosts), (batch) => self.postMessage(batch));
  else asked?.heard(data);
};
