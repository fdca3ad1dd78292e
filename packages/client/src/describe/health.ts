import type { FrameMessage } from '@sotto/protocol';
import type { Health } from '../types.ts';
import { toDate } from './values.ts';

export function toHealth(health: FrameMessage<'health'>): Health {
  const { agent, runtime, usersOnline, accounts, requests, memoryBytes, processorMs, refused } = health;
  const { events = 0, commits = 0, waiting = 0, waitingBytes = 0, streams = 0 } = health.log ?? {};
  const { databaseBytes = 0, fileBytes = 0, freeBytes = 0 } = health.storage ?? {};
  return {
    agent,
    runtime,
    startedAt: toDate(health.startedMs),
    at: toDate(health.nowMs),
    transports: health.transports.map(({ transport, port, connections, sessions, bufferedBytes }) => ({
      transport,
      port,
      connections,
      sessions,
      bufferedBytes,
    })),
    usersOnline,
    accounts,
    requests,
    log: { events, commits, waiting, waitingBytes, streams, memoryBytes: health.log?.memoryBytes ?? 0 },
    storage: { databaseBytes, fileBytes, freeBytes },
    answers: { writing: health.answersWriting, waiting: health.answersWaiting },
    memoryBytes,
    processorMs,
    refused,
  };
}
