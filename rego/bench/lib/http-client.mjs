/** A low-overhead HTTP/1.1 client: requests are serialized in advance, and only the end of a response is parsed. */
import { connect } from 'node:net';

const LENGTH = /\r\ncontent-length: (\d+)\r\n/i;

/** Returns the bytes of a POST request. */
export function postRequest(path, body, port) {
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

/**
 * Sends requests in turn over `connections` connections until the time is up. Each connection waits for a response before it sends the next
 * request.
 * Returns the count, the elapsed seconds, and the duration of each request in microseconds, in ascending order.
 */
export async function load({ port, requests, connections, seconds }) {
  const began = performance.now();
  const until = began + seconds * 1_000;
  const runs = Array.from({ length: connections }, (_, index) => run({ port, requests, until, first: index }));
  const times = (await Promise.all(runs)).flat().sort((a, b) => a - b);
  return { count: times.length, elapsed: (performance.now() - began) / 1_000, times };
}

/** Sends one request and returns the response body. */
export async function ask(port, request) {
  let body = '';
  await run({ port, requests: [request], until: 0, first: 0, onBody: (text) => (body = text) });
  return body;
}

function run({ port, requests, until, first, onBody }) {
  return new Promise((resolve, reject) => {
    const times = [];
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let next = first;
    let began = 0;
    let answer = '';
    const send = () => {
      began = performance.now();
      answer = '';
      socket.write(requests[next++ % requests.length]);
    };
    socket.on('connect', send);
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      const body = bodyOf(answer);
      if (body === null) return;
      const now = performance.now();
      times.push((now - began) * 1_000);
      if (!answer.startsWith('HTTP/1.1 200')) {
        socket.destroy();
        reject(new Error(`the server answered ${answer.slice(0, 200)}`));
      } else if (now < until) send();
      else {
        onBody?.(Buffer.from(body, 'latin1').toString());
        socket.end();
        resolve(times);
      }
    });
    socket.on('error', reject);
  });
}

/** Returns the response body, or `null` while the response is incomplete. */
function bodyOf(answer) {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = Number(LENGTH.exec(answer.slice(0, end + 2))?.[1] ?? 0);
  const body = answer.slice(end + 4);
  return body.length >= length ? body.slice(0, length) : null;
}
