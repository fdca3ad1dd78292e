import { isIPv6 } from 'node:net';
import type { PathKey, UdpConnection } from '@sotto/protocol/udp';
import type { UdpDriver } from './driver.ts';
import { pathKey, systemAddress } from './path.ts';

/**
 * The sockets of a client, one after the other [ROAM-5]. They are bound to no local address, so that the system chooses
 * the route; a new one gets another port, and leaves behind a mapping on the way that has gone stale.
 */
export class Roaming {
  readonly #driver: UdpDriver;
  readonly #address: string;
  readonly #port: number;
  #opened = 0;
  #isOpening = false;

  /** Of the server. */
  constructor(driver: UdpDriver, address: string, port: number) {
    this.#driver = driver;
    this.#address = systemAddress(address);
    this.#port = port;
  }

  /** Opens the first socket, or the next one; the one before is kept for what is still on its way to it. */
  async open(refused: () => void = () => {}): Promise<PathKey> {
    const label = String(this.#opened);
    const address = isIPv6(this.#address) ? '::' : '0.0.0.0';
    await this.#driver.open(label, { address, port: 0, refused });
    this.#driver.close(String(this.#opened - 2));
    this.#opened += 1;
    return pathKey(label, this.#address, this.#port);
  }

  /** Moves `connection` to the next socket as soon as there is one. */
  move(connection: UdpConnection): void {
    if (this.#isOpening) return;
    this.#isOpening = true;
    this.open()
      .then((path) => connection.migrate(path))
      // Without a network there is no socket; the core asks again.
      .catch(() => {})
      .finally(() => {
        this.#isOpening = false;
      });
  }
}
