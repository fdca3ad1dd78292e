/** Collects garbage when told to, so that what is measured is memory in use. */
process.on('SIGUSR2', () => Bun.gc(true));
