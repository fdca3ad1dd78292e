/**
 * For programs: one JSON object a line, told apart by `type`; answers carry the `line` of input they belong to. The
 * shapes are documented in docs/commands.md and do not change. What is unknown is left out.
 */

import { SLASH_COMMANDS, slashUsage } from '@sotto/app/commands';
import {
  type Answer,
  type ClientEvent,
  type ConnectionStatus,
  ServerIdentityChanged,
  SottoError,
} from '@sotto/client';
import { escapeJson } from '../sanitize.ts';
import type { Transfer, TransferState } from './files/transfers.ts';
import type { Failure, Presenter, Reply, Start } from './reply.ts';

type Fields = Readonly<Record<string, unknown>>;

export class JsonPresenter implements Presenter {
  readonly failuresOn = 'output';

  started({ me, connection, rooms, outbox }: Start): readonly string[] {
    return [jsonLine('started', { me, connection: connectionFields(connection), rooms, outbox })];
  }

  event(event: ClientEvent): readonly string[] {
    // Told by `answer`, of questions of this account alone.
    if (event.kind === 'answer') return [];
    return [jsonLine(event.kind, eventFields(event))];
  }

  reply(reply: Reply, line: number): readonly string[] {
    return [jsonLine(reply.kind, { line, ...replyFields(reply) })];
  }

  transfer(transfer: Transfer, state: TransferState): readonly string[] {
    return [jsonLine('transfer', transferFields(transfer, state))];
  }

  answer(answer: Answer, line: number | undefined): readonly string[] {
    return [jsonLine('answer', { line, ...answerFields(answer) })];
  }

  failure(failure: Failure, line: number | undefined): readonly string[] {
    const fields = failure.kind === 'usage' ? usageFields(failure.message) : errorFields(failure.error);
    return [jsonLine('error', { line, ...fields })];
  }
}

/** Safe to print to a terminal as well; dates as ISO 8601 in UTC, bytes as base64. */
export function jsonLine(type: string, fields: Fields): string {
  return escapeJson(JSON.stringify({ type, ...fields }, asJson));
}

function asJson(_: string, value: unknown): unknown {
  if (value instanceof Error) return errorFields(value);
  return value instanceof Uint8Array ? value.toBase64() : value;
}

/** `code` is one of the protocol's, SERVER_IDENTITY_CHANGED, or FAILED for what else went wrong on this side. */
export function errorFields(error: unknown): Fields {
  if (error instanceof ServerIdentityChanged) {
    const { message, server, expected, seen } = error;
    return { code: 'SERVER_IDENTITY_CHANGED', message, server, expected, seen };
  }
  if (!(error instanceof SottoError))
    return { code: 'FAILED', message: error instanceof Error ? error.message : String(error) };
  const { codeName, message, detail, info, retryAfterMs } = error;
  return { code: codeName, message, detail, remedy: info.remedy, retryAfterMs };
}

const usageFields = (message: string): Fields => ({ code: 'USAGE', message });

function eventFields(event: ClientEvent): Fields {
  switch (event.kind) {
    case 'message':
      return { ...event.message };
    case 'connection':
      return connectionFields(event.state);
    case 'outboxSettled':
      return { clientMessageId: event.clientMessageId, ...settledFields(event.result) };
    default:
      return withoutKind(event);
  }
}

function transferFields({ progress: _, ...transfer }: Transfer, state: TransferState): Fields {
  const { kind, ...rest } = state.kind === 'sent' ? { ...state, sent: withoutKind(state.sent) } : state;
  return { state: kind, ...transfer, ...rest };
}

function answerFields({ state, ...answer }: Answer): Fields {
  const { kind, ...rest } = state;
  return { state: kind, ...answer, ...rest };
}

function settledFields(result: Extract<ClientEvent, { kind: 'outboxSettled' }>['result']): Fields {
  return result instanceof SottoError ? { error: result } : { result: withoutKind(result) };
}

function connectionFields(status: ConnectionStatus): Fields {
  return { state: status.kind, ...withoutKind(status) };
}

export function replyFields(reply: Reply): Fields {
  switch (reply.kind) {
    case 'sent':
    case 'sentDirect':
      return { clientMessageId: reply.clientMessageId, ...withoutKind(reply.sent) };
    case 'history': {
      const { room, messages, hasBefore } = reply;
      return { room, events: messages.map((message) => ({ type: 'message', ...message })), hasBefore };
    }
    case 'status':
      return {
        ...reply.report,
        connection: connectionFields(reply.report.connection),
        files: reply.files,
      };
    case 'statusOffline':
      return { ...withoutKind(reply), connection: connectionFields(reply.connection) };
    case 'help':
      return { commands: commandFields(reply.command) };
    case 'done':
      return { did: reply.did.kind, ...withoutKind(reply.did) };
    case 'invite':
      return { ...reply.invite, code: reply.code };
    case 'tokenCreated':
      return { ...reply.info, token: reply.token };
    default:
      return withoutKind(reply);
  }
}

function commandFields(wanted: string | undefined): readonly Fields[] {
  const commands = [...SLASH_COMMANDS].filter(([name]) => wanted === undefined || name === wanted);
  return commands.map(([name, slash]) => {
    const { group, summary, notes, examples } = slash;
    return { name, group, usage: slashUsage(name, slash), summary, notes, examples };
  });
}

function withoutKind<T extends { kind: string }>({ kind: _, ...rest }: T): Omit<T, 'kind'> {
  return rest;
}
