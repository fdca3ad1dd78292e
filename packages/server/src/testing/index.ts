/** What tests, the simulator and benchmarks of other packages need of the server's inside; never imported by what ships. */
export { uuidOf } from '../accounts/digests.ts';
export { OpaqueServer } from '../accounts/opaque.ts';
export { loadSecret } from '../accounts/secret.ts';
export { makeAssistant } from '../assistants/accounts.ts';
export {
  type OpenProvider,
  type Provider,
  ProviderError,
  type ProviderFault,
  type ProviderPart,
  type ProviderRequest,
  type TokenCount,
} from '../assistants/provider.ts';
export type { AssistantSettings } from '../assistants/settings.ts';
export { INJECTIONS } from '../assistants/testing/injections.ts';
export { readConfig } from '../config.ts';
export { type Core, createCore } from '../core.ts';
export { sha256Of } from '../digest.ts';
export { systemClock, systemRandom } from '../environment.ts';
export type { StoredEvent } from '../events/store.ts';
export type { BlobStore } from '../files/blobs.ts';
export { type Log, openLog } from '../logging.ts';
export { startServer } from '../main.ts';
export { openDiskBlobs } from '../storage/blobs/disk.ts';
export { openS3Blobs, type S3Options } from '../storage/blobs/s3.ts';
export { openStore } from '../storage/open.ts';
export type { Store } from '../storage/store.ts';
export { piecesOf } from './carrying.ts';
export { MemoryBlobs } from './memory-blobs.ts';
export { Peer } from './peer.ts';
export {
  answering,
  assistantSettings,
  type Script,
  ScriptedProvider,
  type ScriptedRequest,
  type ScriptStep,
} from './scripted-provider.ts';
export { type SeededSession, seedSession, seedUser } from './seed.ts';
export { createWorld, type World } from './world.ts';
