/** What a browser would be to the relay of `sotto open`, without one: lets itself in, and has the cookie then. */
import type { RelayHouse } from '../open/house.ts';

export class WindowByHand {
  readonly host: string;
  cookie = '';
  readonly #origin: string;
  readonly #base: string;
  readonly #sockets = new Set<WebSocket>();

  /** `origin` is the relay's own. */
  constructor(origin: string) {
    const { host, port } = new URL(origin);
    this.host = host;
    this.#origin = origin;
    this.#base = `127.0.0.1:${port}`;
  }

  static async enter(house: Pick<RelayHouse, 'origin' | 'admit'>): Promise<WindowByHand> {
    const window = new WindowByHand(house.origin);
    const response = await window.post(house.admit().value);
    if (response.status !== 200) throw new Error(`not let in: ${response.status}`);
    return window;
  }

  /** As the file's form does. */
  async post(secret: string): Promise<Response> {
    const response = await this.ask('/enter', {
      method: 'POST',
      headers: { Origin: 'null' },
      body: new URLSearchParams({ secret }),
    });
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.cookie;
    return response;
  }

  ask(path: string, options: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    return fetch(`http://${this.#base}${path}`, {
      ...options,
      headers: { Host: this.host, Cookie: this.cookie, ...options.headers },
    });
  }

  /** `headers` go before what a page of the relay sends. */
  readonly socket = (path: string, headers: Record<string, string> = {}): WebSocket => {
    const own = { Host: this.host, Cookie: this.cookie, Origin: this.#origin, ...headers };
    const socket = new WebSocket(`ws://${this.#base}${path}`, { headers: own } as unknown as string[]);
    this.#sockets.add(socket);
    return socket;
  };

  /** Whether such a WebSocket opens. */
  async opens(path: string, headers: Record<string, string> = {}): Promise<boolean> {
    const socket = this.socket(path, headers);
    const opened = await new Promise<boolean>((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
    socket.close();
    return opened;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}
