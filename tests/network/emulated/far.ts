/** The far side: echoes, and sends what is asked for, over every transport. Says `ready`, then ends with its input. */
import { type Lane, readHeader } from '@sotto/protocol';
import { testIdentity } from '@sotto/transport/testing/identity';
import type { Channel, ChannelEvents } from './channel.ts';
import { answerLines, say } from './line-process.ts';
import { listenAll } from './transports.ts';
import { DOWNLOAD, dataBytes, dataFrame, ECHO } from './wire.ts';

function serve(channel: Channel): ChannelEvents {
  let lane: Lane = 0;
  let bytesLeft = 0;
  const pump = (): void => {
    while (bytesLeft > 0) {
      const frame = dataFrame(lane, bytesLeft);
      bytesLeft -= dataBytes(frame);
      if (!channel.send(lane, frame)) return;
    }
  };
  return {
    frame(frame) {
      const header = readHeader(frame);
      if (header.type === ECHO) channel.send(header.lane, frame.slice());
      if (header.type !== DOWNLOAD) return;
      lane = header.lane;
      bytesLeft = header.requestId;
      pump();
    },
    drain: pump,
    closed: () => {},
  };
}

await listenAll(await testIdentity(), serve);
say('ready');
await answerLines(async () => 'nothing to ask');
