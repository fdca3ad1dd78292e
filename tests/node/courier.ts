/**
 * Runs on Node.js: registers, sends the file "sent.txt" of its directory to the room "tea", and saves it from there twice.
 * Arguments: transport, port, fingerprint, directory, name. Prints a report.
 */
import {
  connect,
  downloadDirectory,
  fileSource,
  parseFingerprint,
  saveFile,
  type TransferProgress,
} from '@sotto/client/node';

const [choice, port, fingerprint = '', directory = '', name = ''] = process.argv.slice(2);
const transport = choice === 'udp' ? choice : 'websocket';
const sha256 = parseFingerprint(fingerprint);
if (sha256 === undefined) throw new Error(`${fingerprint} is no fingerprint`);

const client = await connect({ server: `127.0.0.1:${port}`, transport, trust: { kind: 'pin', sha256 } });
const account = { name, password: 'correct horse' };
await client.register(account);
await client.login(account);
await client.joinRoom('tea');

const { blob, ...details } = await fileSource(`${directory}/sent.txt`);
const { sequence } = await client.sendFile('tea', blob, details);
let last: TransferProgress | undefined;
const onProgress = (progress: TransferProgress) => {
  last = progress;
};
const place = downloadDirectory(directory, { name });
const saved = [
  await saveFile(client, 'tea', sequence, { directory: place, onProgress }),
  await saveFile(client, 'tea', sequence, { directory: place }),
];
await client.close();
console.log(
  JSON.stringify({
    paths: saved.map(({ path }) => path),
    mediaType: saved[0]?.file.mediaType,
    firstLine: saved[0]?.file.preview?.text?.split('\n')[0],
    progress: last && { phase: last.phase, doneBytes: last.doneBytes, totalBytes: last.totalBytes },
  }),
);
