/** Errors of the SDK itself. What the server refused is a SottoError; what a dial could not do is a DialError. */

/** The client is offline, or the connection ended before the answer came. Nothing is known of the request's fate. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

/** `close` or `logout` was called. Unsent messages stay in the outbox after `close` and are dropped by `logout`. */
export class ClientClosed extends Error {
  override readonly name = 'ClientClosed';

  constructor() {
    super('the client was closed');
  }
}

/** No authority vouches for the server's certificate, or the person asked said no. Nothing was sent. */
export class ServerNotTrusted extends Error {
  override readonly name = 'ServerNotTrusted';
  readonly server: string;
  readonly fingerprint: string;

  constructor(server: string, fingerprint: string, problem: string) {
    super(`${server} is not trusted (${problem}); its fingerprint is ${fingerprint}`);
    this.server = server;
    this.fingerprint = fingerprint;
  }
}

/** Another process, or another tab, uses this profile. */
export class ProfileInUse extends Error {
  override readonly name = 'ProfileInUse';
  readonly directory: string;

  constructor(
    directory: string,
    owner: string,
    remedy = 'end that one, or give this one a home of its own, SOTTO_HOME=DIRECTORY',
  ) {
    super(`this account is in use by ${owner}: ${remedy} (its profile is ${directory})`);
    this.directory = directory;
  }
}

/** `outbox.discard` took the message back before the server had it. */
export class MessageDiscarded extends Error {
  override readonly name = 'MessageDiscarded';

  constructor() {
    super('the message was taken back');
  }
}

/** Another tab has taken this profile over, and goes on with it. */
export class ProfileTaken extends Error {
  override readonly name = 'ProfileTaken';

  constructor() {
    super('this account goes on in another tab');
  }
}
