// Prints a line when it is ready. From the first byte on standard input until the end of input, sends an attack's requests as fast as the
// server responds, with limited concurrency. Then prints a JSON object with the number of responses by status. It is a separate process so
// that it does not slow down the process that measures.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { Client, credentials, Metadata } from '@grpc/grpc-js';

/** The placeholder for a number that differs in each request. */
const NONCE = '@@';

const { requests, concurrency } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
const prepared = requests.map(({ body = '', ...rest }) => ({ ...rest, parts: body.split(NONCE) }));
const grpcClients = new Map();
const answers = {};
let sent = 0;
let isOver = false;
process.stdin.once('end', () => {
  isOver = true;
});
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));

await Promise.all(Array.from({ length: concurrency }, flood));
agent.destroy();
process.stdout.write(JSON.stringify(answers));
process.exit(0);

async function flood() {
  while (!isOver) {
    sent += 1;
    const { url, method, headers, parts } = prepared[sent % prepared.length];
    const body = parts.length === 1 ? parts[0] : parts.join(String(sent));
    const status = await (url.startsWith('grpc:') ? callRpc(url, headers, body) : send(url, method, headers, body));
    answers[status] = (answers[status] ?? 0) + 1;
  }
}

function send(url, method, headers, body) {
  return new Promise((resolve) => {
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = http.request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      response.resume();
      response.once('close', () => resolve(response.statusCode));
    });
    request.once('error', ({ code }) => resolve(code ?? 'error'));
    request.end(body);
  });
}

/** Calls `grpc://host:port/service/method` with a base64 message. Resolves with `OK` or the status code. */
function callRpc(url, headers, body) {
  const { host, pathname } = new URL(url);
  if (!grpcClients.has(host)) grpcClients.set(host, new Client(host, credentials.createInsecure()));
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const same = (bytes) => bytes;
  return new Promise((resolve) => {
    const message = Buffer.from(body, 'base64');
    grpcClients.get(host).makeUnaryRequest(pathname, same, same, message, metadata, (error) => {
      resolve(error === null ? 'OK' : `gRPC ${error.code}`);
    });
  });
}
