/** What is measured over one transport on an emulated path: chat alone and beside transfers, then transfers alone. */
import { join } from 'node:path';
import type { NativeTransport } from '@sotto/client/node';
import type { LineProcess } from '../tests/network/emulated/line-process.ts';
import { type CongestionControl, FAR_ADDRESS } from '../tests/network/emulated/path.ts';
import { type ChatFigures, ChatStage, type FilePath, mbps } from '../tests/network/session/chat-beside.ts';
import type { Carried } from '../tests/network/session/orders.ts';
import type { HttpsOrder, HttpsResult } from './files-https.ts';

const CHAT_MS = 25_000;
const FOR_EVER_MS = 3_600_000;
const HTTPS = join(import.meta.dir, 'files-https.ts');

export const CLEAN: FilePath = { rateMbps: 50, roundTripMs: 20, queueMs: 100 };

export interface Files {
  /** Too large to get through while people talk. */
  large: string;
  /** For goodput on the slow path, and on the clean one; each is sent once. */
  slow: string;
  clean: string;
}

export const SITUATIONS = ['idle', 'upload', 'download', 'https'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** In Mbit/s. */
export interface Goodputs {
  https: number;
  upload: number;
  download: number;
}

export interface PathFigures {
  transport: NativeTransport;
  chat: Record<Situation, ChatFigures>;
  slow: Goodputs;
  clean: Goodputs;
}

export async function measurePath(
  transport: NativeTransport,
  files: Files,
  tcp: CongestionControl,
): Promise<PathFigures> {
  await using chat = await ChatStage.open(transport, CHAT_MS, tcp);
  const https = new HttpsDownloads(chat);
  const figures = {
    idle: await chat.idle(),
    https: await chat.chatBeside(() => https.rate(files.large, CHAT_MS)),
    upload: await chat.besideUpload(files.large),
    download: await chat.besideDownload(files.large),
  };
  const slow = await goodputs(chat, https, files.slow);
  await chat.usePath(CLEAN);
  return { transport, chat: figures, slow, clean: await goodputs(chat, https, files.clean) };
}

/** With nothing else, one after the other. */
async function goodputs(chat: ChatStage, https: HttpsDownloads, path: string): Promise<Goodputs> {
  const { size } = Bun.file(path);
  const rate = ({ startedAt, endedAt = 0 }: Carried) => mbps(size, endedAt - startedAt);
  const plain = await https.rate(path, FOR_EVER_MS);
  const sent = await chat.send('talker', path);
  return { https: plain, upload: rate(sent), download: rate(await chat.fetch(sent.sequence)) };
}

class HttpsDownloads {
  readonly #chat: ChatStage;
  #near: LineProcess | undefined;

  constructor(chat: ChatStage) {
    this.#chat = chat;
  }

  async rate(path: string, forMs: number): Promise<number> {
    const { path: network } = this.#chat.stage;
    const far = network.start('far', HTTPS, 'serve', FAR_ADDRESS, path);
    this.#near ??= network.start('near', HTTPS, 'fetch');
    const order: HttpsOrder = { url: `https://${FAR_ADDRESS}:${await far.next<number>()}/`, forMs };
    const { bytes, ms } = await this.#near.ask<HttpsResult>(order);
    await far.close();
    return mbps(bytes, ms);
  }
}
