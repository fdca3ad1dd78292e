/** The server of a benchmark, in a process of its own. Arguments: data directory, transports, more of the environment as JSON. Prints `port N` lines, then `ready`. */
import './collect.ts';
import { openLog, readConfig, startServer } from '@sotto/server/testing';

const [directory = '', only = 'tls', environment = '{}'] = process.argv.slice(2);
const config = readConfig({
  flags: {
    data: directory,
    address: '127.0.0.1',
    tlsPort: '0',
    webPort: '0',
    udpPort: '0',
    quicPort: '0',
    only,
    logLevel: 'error',
    limits: 'off',
  },
  environment: JSON.parse(environment),
  file: {},
  directory,
});
const server = await startServer(config, openLog(config.log).log);
for (const { transport, port } of server.endpoints) console.log(`${transport} ${port}`);
console.log('ready');
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
