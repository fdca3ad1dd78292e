/** The relay's server on this machine: pages and WebSockets for one browser, and nothing for anybody else [RELAY-3]. */
import { randomBytes } from 'node:crypto';
import type { Web } from '@sotto/server/web';
import { RELAY_PATH } from '@sotto/transport/relay';
import { WINDOW_PATH, type WindowDesk } from './another.ts';
import {
  type Caller,
  COOKIE,
  ENTER_PATH,
  type House,
  refusal,
  socketRefusal,
  windowRefusal,
} from './checks.ts';
import { CHOICES_PATH, type Choices } from './choices.ts';
import { LaunchSecret, randomSecret } from './launch.ts';
import { type Peer, type PeerOwner, PeerOwners } from './peer.ts';
import type { Seat, Seats } from './seats.ts';

export type OwnerOf = (peer: Peer, ownPort: number) => Promise<PeerOwner>;

export interface RelayHouseOptions {
  seats: Seats;
  web: Pick<Web, 'fetch' | 'headers'>;
  now(): number;
  /** A browser was let in. */
  entered(): void;
  /** Whom a second launch asks for a window; nobody by default. */
  windowDesk?: Pick<WindowDesk, 'answer'>;
  /** Where a window leaves what was chosen in it; nowhere by default. */
  choices?: Pick<Choices, 'save'>;
  /** Whose a connection is; by default what the machine says. */
  ownerOf?: OwnerOf;
}

export interface RelayHouse {
  /** `http://NAME.localhost:PORT`. */
  readonly origin: string;
  readonly port: number;
  /** `http://127.0.0.1:PORT`, for browsers that do not find that name; undefined where it would not be safe [RELAY-9]. */
  readonly plainOrigin: string | undefined;
  /** What lets one browser in, once and soon; of those that were not used the latest eight do. */
  admit(): LaunchSecret;
  close(): void;
}

type Server = Bun.Server<Seat>;

const KNOWS_OWNERS = process.platform === 'linux';

const BODY_MAX_BYTES = 8 * 1024;
/** What a page may send at once: a message with a file in it, as JSON. */
const MESSAGE_MAX_BYTES = 2 * 1024 * 1024;
/** Held for a page that does not read; the lanes hold more, up to their own limit. */
const SOCKET_BUFFER_MAX_BYTES = 16 * 1024 * 1024;
const ATTEMPTS = 8;
const ADMITTED_MAX = 8;
const NO_DESK: Pick<WindowDesk, 'answer'> = { answer: async () => undefined };

const NO_CHOICES: Pick<Choices, 'save'> = { save: async () => {} };

export function openHouse(options: RelayHouseOptions): RelayHouse {
  const name = `sotto-${randomBytes(8).toString('hex')}.localhost`;
  const cookie = randomSecret();
  const { ownerOf = new PeerOwners(options.now).ownerOf, windowDesk = NO_DESK } = options;
  const { choices = NO_CHOICES } = options;
  const admitted: LaunchSecret[] = [];
  const servers = listen((request, server) => {
    const { port } = server;
    const uid = process.getuid?.();
    const house: House = { host: `${name}:${port}`, plainHost: `127.0.0.1:${port}`, uid, cookie };
    return new Visit({ ...options, ownerOf, windowDesk, choices }, house, admitted).answer(request, server);
  });
  const port = servers[0]?.port ?? 0;
  return {
    port,
    origin: `http://${name}:${port}`,
    plainOrigin: KNOWS_OWNERS ? `http://127.0.0.1:${port}` : undefined,
    admit() {
      const secret = new LaunchSecret(options.now());
      admitted.unshift(secret);
      admitted.splice(ADMITTED_MAX);
      return secret;
    },
    close: () => {
      for (const server of servers) void server.stop(true);
    },
  };
}

/** Both loopback addresses at one port: browsers try either, and nobody else shall have the other. */
function listen(fetch: (request: Request, server: Server) => Promise<Response | undefined>): Server[] {
  for (let attempt = 1; ; attempt++) {
    const first = serve('127.0.0.1', 0, fetch);
    try {
      return [first, serve('::1', first.port ?? 0, fetch)];
    } catch (error) {
      if (!isInUse(error)) return [first];
      void first.stop(true);
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

const isInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

const serve = (
  hostname: string,
  port: number,
  fetch: (request: Request, server: Server) => Promise<Response | undefined>,
): Server =>
  Bun.serve<Seat>({
    hostname,
    port,
    fetch,
    maxRequestBodySize: BODY_MAX_BYTES,
    error: () => new Response('500\n', { status: 500 }),
    websocket: {
      maxPayloadLength: MESSAGE_MAX_BYTES,
      backpressureLimit: SOCKET_BUFFER_MAX_BYTES,
      closeOnBackpressureLimit: true,
      // The session pings; what is asked of the keeper may be far apart.
      idleTimeout: 0,
      sendPings: false,
      perMessageDeflate: false,
      open(socket) {
        socket.binaryType = 'uint8array';
        socket.data.open(socket);
      },
      message: (socket, message) =>
        typeof message === 'string' ? socket.data.text(message, socket) : socket.data.bytes(message),
      drain: (socket) => socket.data.drain(),
      close: (socket, status) => socket.data.close(status),
    },
  });

class Visit {
  readonly #options: Required<RelayHouseOptions>;
  readonly #house: House;
  readonly #admitted: readonly LaunchSecret[];

  constructor(options: Required<RelayHouseOptions>, house: House, admitted: readonly LaunchSecret[]) {
    this.#options = options;
    this.#house = house;
    this.#admitted = admitted;
  }

  async answer(request: Request, server: Server): Promise<Response | undefined> {
    const url = URL.parse(request.url);
    if (url === null) return refused(400, 'no address');
    const caller = await this.#caller(request, url, server);
    const stranger = refusal(caller, this.#house);
    if (stranger !== undefined) return refused(stranger.status, stranger.words);
    if (url.pathname === ENTER_PATH) return this.#enter(request, url);
    if (url.pathname === WINDOW_PATH) return this.#another(caller, request);
    if (url.pathname === CHOICES_PATH) return this.#choose(caller, request);
    if (url.pathname.startsWith(`${RELAY_PATH}/`)) return this.#sit(caller, url, request, server);
    return this.#page(request, server);
  }

  async #caller(request: Request, url: URL, server: Server): Promise<Caller> {
    const peer = server.requestIP(request);
    const owner: PeerOwner =
      peer === null ? { kind: 'nobody' } : await this.#options.ownerOf(peer, server.port ?? 0);
    const header = (name: string) => request.headers.get(name);
    return { path: url.pathname, header, owner };
  }

  /** A redirection would lose the cookie: browsers count the file that the form is in as another site. */
  async #enter(request: Request, url: URL): Promise<Response> {
    if (request.method === 'GET') return this.#show(request, url);
    if (request.method !== 'POST') return refused(405, 'only by the file that sotto open wrote');
    const given = new URLSearchParams(await request.text()).get('secret') ?? '';
    const now = this.#options.now();
    if (!this.#admitted.some((secret) => secret.use(given, now)))
      return refused(403, 'this was used before, or is too old; start sotto open again');
    this.#options.entered();
    return new Response('<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Sotto</title>', {
      headers: {
        ...PLAIN,
        'Content-Type': 'text/html;charset=utf-8',
        'Set-Cookie': `${COOKIE}=${this.#house.cookie}; HttpOnly; SameSite=Strict; Path=/`,
      },
    });
  }

  /** The file asks whether this name leads here, before it says anything [RELAY-9]; the origin of files is null. */
  #show(request: Request, url: URL): Response {
    const question = url.searchParams.get('question') ?? '';
    const now = this.#options.now();
    const asked = this.#admitted.find((secret) => secret.answers(question, now));
    if (asked === undefined || request.headers.get('host') !== this.#house.host)
      return new Response(null, { status: 204, headers: PLAIN });
    return new Response(asked.answer, { headers: { ...PLAIN, 'Access-Control-Allow-Origin': 'null' } });
  }

  async #another(caller: Caller, request: Request): Promise<Response> {
    const stranger = windowRefusal(caller);
    if (stranger !== undefined) return refused(stranger.status, stranger.words);
    if (request.method !== 'POST') return refused(405, 'only by sotto open');
    const answer = await this.#options.windowDesk.answer(await request.text());
    if (answer === undefined) return refused(403, 'only by sotto open of the same profile');
    return new Response(answer, { headers: { ...PLAIN, 'Content-Type': 'application/json' } });
  }

  async #choose(caller: Caller, request: Request): Promise<Response> {
    const stranger = socketRefusal(caller);
    if (stranger !== undefined) return refused(stranger.status, stranger.words);
    if (request.method !== 'POST') return refused(405, 'only what was chosen');
    await this.#options.choices.save(await request.text());
    return new Response(null, { status: 204, headers: PLAIN });
  }

  #sit(caller: Caller, url: URL, request: Request, server: Server): Response | undefined {
    const stranger = socketRefusal(caller);
    if (stranger !== undefined) return refused(stranger.status, stranger.words);
    const seat = this.#options.seats.at(url);
    if (seat === undefined) return refused(404, 'nothing here');
    return server.upgrade(request, { data: seat }) ? undefined : refused(426, 'a WebSocket');
  }

  async #page(request: Request, server: Server): Promise<Response> {
    const { web } = this.#options;
    const response = await web.fetch(request, (seconds) => server.timeout(request, seconds));
    const host = request.headers.get('host');
    for (const [name, value] of Object.entries(web.headers(host)))
      if (!response.headers.has(name)) response.headers.set(name, value.replaceAll('wss://', 'ws://'));
    return response;
  }
}

const PLAIN = {
  'Content-Type': 'text/plain;charset=utf-8',
  'Content-Security-Policy': "default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

const refused = (status: number, words: string): Response =>
  new Response(`${words}\n`, { status, headers: PLAIN });
