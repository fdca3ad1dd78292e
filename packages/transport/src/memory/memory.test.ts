import { systemClock } from '../stream/loop.ts';
import { describeTransport } from '../testing/contract.suite.ts';
import { createMemoryNetwork } from './index.ts';

const network = createMemoryNetwork({ clock: systemClock, delayMs: () => 0 });

describeTransport({
  name: 'memory',
  listen: async (accept) => {
    const listener = network.listen('server', accept);
    return {
      dial: (events, signal) => network.dial({ name: 'server', events, ...(signal ? { signal } : {}) }),
      close: () => listener.close(),
    };
  },
  pauseReading: (connection, paused) => network.pauseReading(connection, paused),
  bindsBothEnds: true,
});
