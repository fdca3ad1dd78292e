/** What tests, the simulator and benchmarks of other packages need of providers; never imported by what ships. */
export { createOpenProvider } from '../open.ts';
export { goodStream, MALFORMED, type ModelMode } from './model-mode.ts';
export {
  type ModelRequestBody,
  ModelServer,
  type ModelServerOptions,
  type RecordedRequest,
} from './model-server.ts';
