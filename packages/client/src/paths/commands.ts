/** What the path manager is told, and what it asks for. */
declare const attemptId: unique symbol;
/** One try to connect, and the connection that comes of it. Never used twice. */
export type AttemptId = number & { readonly [attemptId]: true };

export type PathCommand =
  /** Connect over this transport and say Hello. Answer with `opened` or `failed`. */
  | { kind: 'dial'; attempt: AttemptId; transport: string }
  /** Stop connecting, or close the connection that came of it. Nothing is to be told of it any more. */
  | { kind: 'cancel'; attempt: AttemptId }
  /** Resume the session on this connection, which is open. Answer with `adopted` or `rejected`. */
  | { kind: 'adopt'; attempt: AttemptId }
  /** The session has left this connection, or has to: close it. */
  | { kind: 'retire'; attempt: AttemptId }
  /** Ask the server on the path that is used for a sign of life. */
  | { kind: 'ask' }
  /** Nothing works: offline until then. */
  | { kind: 'wait'; untilMs: number };

/** Why an attempt came to nothing. */
export type FailureKind =
  /** Somebody is there and says no: a closed port, a server of another kind. */
  | 'refused'
  /** No answer, or the network says there is no way. */
  | 'unreachable';
