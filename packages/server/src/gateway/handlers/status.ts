import type { HandlersOf } from './types.ts';

/** What the server holds of the asker's connection (T16). */
export function statusHandlers(now: () => number): HandlersOf<'statusRequest'> {
  return {
    async statusRequest({ principal, transport, session, connectedMs, followers }) {
      return {
        sessionId: principal.session,
        user: principal.user.number,
        device: principal.device,
        generation: principal.generation,
        transport: transport.transport,
        connectedAtMs: connectedMs,
        serverTimeMs: now(),
        streams: [...followers.values()].map(({ stream, cursor, head, live }) => ({
          stream,
          cursor,
          head,
          live,
        })),
        outstandingRequests: session.outstanding,
        scopes: [...(principal.scopes ?? [])],
      };
    },
  };
}
