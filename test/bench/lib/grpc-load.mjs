import { once } from 'node:events';
import { connect } from 'node:net';
import * as h2 from './http2-frames.mjs';
import { quantiles } from './numbers.mjs';

/** RFC 9113 §6.9.2: the number of bytes that can be sent before the server widens the window. */
const INITIAL_WINDOW = 65_535;
const HUGE_WINDOW = 2 ** 30;

/**
 * Loads one unary method over one connection with `inFlight` concurrent calls, cycling through `messages`. Writes
 * HTTP/2 frames itself: the grpc-js client costs more than the server, so on two cores the bench would measure the
 * client. For each message, `expects` contains the bytes that every response must equal or, if responses differ each time,
 * a function that must accept the response; any other response ends the run.
 * @param headers metadata to send with every call.
 */
export async function grpcLoad(address, path, messages, { inFlight, seconds, expects, headers = {} }) {
  const calls = messages.map(grpcMessage);
  const answers = expects.map((expected) =>
    typeof expected === 'function' ? expected : equalTo(grpcMessage(expected)),
  );
  const open = new Map();
  const times = [];
  const done = Promise.withResolvers();
  let nextStream = 1;
  let sendWindow = INITIAL_WINDOW;
  let stopping = false;

  const [host, port] = address.split(':');
  const socket = connect({ host, port: Number(port), noDelay: true });
  const fail = (words) => done.reject(new Error(`${path} at ${address} ${words}.`));
  socket.on('error', done.reject).on('close', () => fail('closed the connection'));
  await once(socket, 'connect');
  const head = h2.headerBlock({ ...requestHeaders(address, path), ...headers });
  const began = performance.now();

  const startCalls = () => {
    while (!stopping && open.size < inFlight) {
      const index = ((nextStream - 1) / 2) % calls.length;
      if (sendWindow < calls[index].length) return;
      sendWindow -= calls[index].length;
      socket.write(h2.frame(h2.HEADERS, h2.END_HEADERS, nextStream, head));
      socket.write(h2.frame(h2.DATA, h2.END_STREAM, nextStream, calls[index]));
      open.set(nextStream, { at: performance.now(), answer: answers[index], good: false });
      nextStream += 2;
    }
    if (stopping && open.size === 0) done.resolve();
  };

  const read = h2.frameReader((type, flags, stream, payload) => {
    if (type === h2.RST_STREAM || type === h2.GOAWAY) fail('gave up');
    if (type === h2.SETTINGS && (flags & h2.ACK) === 0) socket.write(h2.frame(h2.SETTINGS, h2.ACK, 0));
    if (type === h2.PING && (flags & h2.ACK) === 0) socket.write(h2.frame(h2.PING, h2.ACK, 0, payload));
    if (type === h2.WINDOW_UPDATE && stream === 0) sendWindow += payload.readUInt32BE(0);
    const call = open.get(stream);
    if (!call || (type !== h2.DATA && type !== h2.HEADERS)) return;
    if (type === h2.DATA) call.good = call.answer(payload);
    if ((flags & h2.END_STREAM) === 0) return;
    if (!call.good) fail('returned an unexpected response');
    open.delete(stream);
    times.push(performance.now() - call.at);
  });

  socket.on('data', (chunk) => {
    socket.cork();
    read(chunk);
    startCalls();
    socket.uncork();
  });
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  socket.write(h2.frame(h2.SETTINGS, 0, 0));
  socket.write(h2.frame(h2.WINDOW_UPDATE, 0, 0, h2.uint32(HUGE_WINDOW)));
  setTimeout(() => (stopping = true), seconds * 1000);
  startCalls();
  await done.promise.finally(() => socket.destroy());
  return { count: times.length, seconds: (performance.now() - began) / 1000, ...quantiles(times) };
}

function requestHeaders(address, path) {
  return {
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': address,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'coresdk-bench',
  };
}

function equalTo(bytes) {
  return (payload) => payload.equals(bytes);
}

/** Returns the message with the gRPC prefix: the compression flag (not compressed) and the length. */
function grpcMessage(message) {
  return Buffer.concat([Buffer.from([0]), h2.uint32(message.length), message]);
}
