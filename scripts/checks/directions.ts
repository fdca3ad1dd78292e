/** The table of ARCHITECTURE.md: which packages of ours a package may import. `schema` is the generated code in proto/. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  schema: [],
  model: ['schema'],
  protocol: ['schema', 'model'],
  transport: ['protocol'],
  server: ['schema', 'model', 'protocol', 'transport'],
  client: ['schema', 'model', 'protocol', 'transport'],
  app: ['client', 'model'],
  terminal: ['client', 'model', 'app'],
  web: ['client', 'model', 'app'],
  cli: ['schema', 'model', 'protocol', 'transport', 'server', 'client', 'app', 'terminal', 'web'],
};

/** Packages that run anywhere: no sockets, clock or files, so no module of a runtime, and only these libraries. */
export const PURE_PACKAGES: readonly string[] = ['model', 'protocol'];
export const PURE_LIBRARIES: readonly string[] = ['@bufbuild/protobuf', 'linkify-it', 'unhomoglyph'];

/** Libraries that one folder alone imports, so that they can be replaced there, and are loaded when it decides. */
export const ONLY_FOR: Readonly<Record<string, string>> = {
  '@base-ui/react': 'packages/web/src/ui/',
};

/** Folders of the server that say what they need by an interface, and those that implement or expose it. */
export const OUTER_FOLDERS: readonly string[] = ['storage', 'bus', 'gateway', 'providers'];
/** The domain inside the server: each folder may import those before it, and none after it. */
export const DOMAIN_FOLDERS: readonly string[] = [
  'events',
  'accounts',
  'rooms',
  'messages',
  'files',
  'search',
  'assistants',
];
/**
 * The composition root; core.ts is the part of it that opens no socket, so that the simulator can build it, and
 * maintenance.ts is that of `sotto admin` and `sotto db`, which run without a server.
 */
export const COMPOSITION_ROOT: readonly string[] = ['main.ts', 'core.ts', 'maintenance.ts'];

/** Everything these import, through however many files, must run in a browser. */
export const BROWSER_ENTRIES: readonly string[] = [
  'packages/client/src/browser.ts',
  'packages/client/src/relay/index.ts',
  'packages/app/src/index.ts',
  'packages/web/src/main.tsx',
  'packages/web/src/sw.ts',
];
