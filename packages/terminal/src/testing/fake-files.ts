/** The part of a client without a server that is about files: what is sent is read to its end, what is fetched is `bytes`. */
import {
  ErrorCode,
  type FileDownload,
  type FileInfo,
  type FileSource,
  type FileUsage,
  type MessageView,
  type SendFileOptions,
  SottoError,
  type TransferProgress,
} from '@sotto/client';
import { fileInfo } from './people.ts';

export class FakeFiles {
  usage: FileUsage = { usedBytes: 0, accountMaxBytes: undefined, fileMaxBytes: undefined };
  /** What was sent, as text, and with what. */
  readonly sent: { text: string; options: SendFileOptions }[] = [];
  bytes = new Uint8Array([1, 2, 3]);
  webAddress: string | undefined;
  /** What is said of a transfer on its way. */
  progress: TransferProgress[] = [];
  /** A transfer waits for it before it is done. */
  until: Promise<void> = Promise.resolve();
  readonly #call: (...words: unknown[]) => void;

  constructor(call: (...words: unknown[]) => void) {
    this.#call = call;
  }

  async upload(source: FileSource, options: SendFileOptions): Promise<FileInfo> {
    for (const progress of this.progress) options.onProgress?.(progress);
    await Promise.race([this.until, aborted(options.signal)]);
    const text = await new Response(source).text();
    this.sent.push({ text, options });
    const { name = 'file', mediaType = '', preview } = options;
    return fileInfo({ name, mediaType, preview, sizeBytes: text.length });
  }

  download(message: MessageView | undefined): FileDownload {
    if (message?.file === undefined) throw new SottoError(ErrorCode.FILE_GONE);
    this.#call('download', message.file.name);
    return { file: message.file, message, stream: new Blob([this.bytes]).stream() };
  }
}

/** Rejects once the transfer is called off. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
