// An S3 server on loopback until its standard input ends: `node --openssl-legacy-provider serve.mjs DIRECTORY BUCKET`.
// Prints its port. For Node.js, since it lists a directory in the order that Node.js gives, and signs with DES.
import S3rver from '@20minutes/s3rver';

const [directory, bucket] = process.argv.slice(2);
const server = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory,
  vhostBuckets: false,
  configureBuckets: [{ name: bucket }],
});
// It takes the slash away that ends the address of a bucket before it compares signatures; S3 does not. Asked for the bucket
// by host name it leaves it there.
server.proxy = true;
const { port } = await server.run();
server.httpServer.prependListener('request', (request) => {
  const [path, query = ''] = request.url.split('?');
  if (path !== `/${bucket}/`) return;
  request.headers['x-forwarded-host'] = `${bucket}.s3.amazonaws.com`;
  request.baseUrl = '/';
  request.url = `/?${query}`;
});
console.log(port);
process.stdin.resume();
process.stdin.on('end', () => process.exit());
