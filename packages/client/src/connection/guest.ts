/**
 * The connection that nobody is logged in on yet: kept between attempts, which the server counts. Dials routes for the
 * session as well, since both learn from it what works here.
 */
import type { Clock } from '@sotto/protocol';
import type { Endpoint } from '@sotto/schema';
import type { Route } from '../environment.ts';
import type { ClientOptions } from '../options.ts';
import type { NetworkMemory } from '../paths/memory.ts';
import { explain } from '../supervisor/final.ts';
import { type Opened, open } from './open.ts';
import { persist } from './persist.ts';
import { race } from './race.ts';
import type { Routes } from './routes.ts';

export interface GuestOptions {
  client: ClientOptions;
  clock: Clock;
  routes: Routes;
  memory: NetworkMemory;
  /** A race for a connection begins. */
  onConnecting(): void;
  /** The server named these ways to it. */
  onOffered(transports: readonly string[]): void;
  /** Throws where the client was closed meanwhile. */
  checkOpen(): void;
}

export class Guest {
  readonly #options: GuestOptions;
  #opened: Opened | undefined;

  constructor(options: GuestOptions) {
    this.#options = options;
  }

  /** Does something on it, opened where there is none. An abort closes it. */
  async work<T>(signal: AbortSignal | undefined, work: (opened: Opened) => Promise<T>): Promise<T> {
    try {
      this.#opened = await this.#connection(signal);
      return await work(this.#opened);
    } catch (error) {
      if (signal?.aborted) this.close();
      throw explain(error);
    }
  }

  /** Somebody is logged in on it: it is no guest's any more. */
  leave(): void {
    this.#opened = undefined;
  }

  close(): void {
    this.#opened?.link.close();
  }

  async openRoute(route: Route, signal: AbortSignal): Promise<Opened> {
    const { client, clock } = this.#options;
    const { agent, verify, environment } = client;
    const opened = await persist(
      {
        attempt: (calledOff) => open(route, { agent, verify, environment }, calledOff),
        discard: ({ link }) => link.close(),
        clock,
      },
      signal,
    );
    this.learn(opened.welcome.endpoints, route);
    return opened;
  }

  learn(endpoints: readonly Endpoint[], used: Route): void {
    const { routes, onOffered } = this.#options;
    onOffered(routes.learn(endpoints, used));
  }

  async #connection(signal: AbortSignal | undefined): Promise<Opened> {
    if (this.#opened !== undefined && this.#opened.link.ended === undefined) return this.#opened;
    this.#options.onConnecting();
    const opened = await this.#race(signal ?? new AbortController().signal);
    try {
      this.#options.checkOpen();
    } catch (error) {
      opened.link.close();
      throw error;
    }
    return opened;
  }

  /** Without a session there is nothing to move later: the first that answers is used. */
  #race(signal: AbortSignal): Promise<Opened> {
    const { client, clock, routes, memory } = this.#options;
    const here = client.environment.network?.current() ?? '';
    return race(
      routes.wanted,
      (route, cancelled) => this.openRoute(route, cancelled),
      clock,
      signal,
      (transport) => memory.worked(here, transport, clock.now()) !== false,
    );
  }
}
