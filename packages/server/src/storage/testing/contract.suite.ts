/**
 * What every storage backend does, sentence by sentence of the domains' interfaces; rules in brackets are those of
 * docs/spec/log.md. A backend's test file calls `storageContract` once for each way to run it.
 */
import { accountsSuite } from './accounts.suite.ts';
import { administrationSuite } from './administration.suite.ts';
import { assistantsSuite } from './assistants.suite.ts';
import { eventsSuite } from './events.suite.ts';
import { filesSuite } from './files.suite.ts';
import { filesModelSuite } from './files-model.suite.ts';
import type { Backend } from './fixtures.ts';
import { logModelSuite } from './log-model.suite.ts';
import { messagesSuite } from './messages.suite.ts';
import { moderationSuite } from './moderation.suite.ts';
import { roomsSuite } from './rooms.suite.ts';
import { searchSuite } from './search.suite.ts';
import { searchFilesSuite } from './search-files.suite.ts';
import { securitySuite } from './security.suite.ts';
import { sessionsSuite } from './sessions.suite.ts';
import { storeSuite } from './store.suite.ts';

export function storageContract(backend: Backend): void {
  storeSuite(backend);
  eventsSuite(backend);
  logModelSuite(backend);
  messagesSuite(backend);
  filesSuite(backend);
  filesModelSuite(backend);
  roomsSuite(backend);
  searchSuite(backend);
  searchFilesSuite(backend);
  moderationSuite(backend);
  accountsSuite(backend);
  sessionsSuite(backend);
  securitySuite(backend);
  assistantsSuite(backend);
  administrationSuite(backend);
}
