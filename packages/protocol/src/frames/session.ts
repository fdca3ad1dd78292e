/** Negotiating, keep-alive, errors, status (session.proto). */
import * as schema from '@sotto/schema';
import { FrameType } from '@sotto/schema';
import { ALWAYS, frame, LOGGED_IN, NEGOTIATED, OPENING } from './definition.ts';

export const sessionFrames = {
  hello: frame(FrameType.HELLO, schema.HelloSchema, { from: 'client', states: OPENING, reply: 'welcome' }),
  welcome: frame(FrameType.WELCOME, schema.WelcomeSchema, { from: 'server', states: OPENING }),
  error: frame(FrameType.ERROR, schema.ErrorSchema, { from: 'server', states: ALWAYS }),
  done: frame(FrameType.DONE, schema.DoneSchema, { from: 'server', states: NEGOTIATED }),
  ping: frame(FrameType.PING, schema.PingSchema, { from: 'either', states: NEGOTIATED, reply: 'pong' }),
  pong: frame(FrameType.PONG, schema.PongSchema, { from: 'either', states: NEGOTIATED }),
  close: frame(FrameType.CLOSE, schema.CloseSchema, { from: 'either', states: ALWAYS }),
  statusRequest: frame(FrameType.STATUS_REQUEST, schema.StatusRequestSchema, {
    from: 'client',
    states: LOGGED_IN,
    reply: 'status',
  }),
  status: frame(FrameType.STATUS, schema.StatusSchema, { from: 'server', states: LOGGED_IN }),
} as const;
