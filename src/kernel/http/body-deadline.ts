import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** A client that sends or takes nothing for so long, while a stream goes on, is cut. */
const STALL_MS = 60_000;

const DEADLINE = Symbol('deadline');

interface TimedRequest extends IncomingMessage {
  [DEADLINE]?: NodeJS.Timeout;
}

/**
 * Cuts a request whose body has not arrived in time, as Node's own `requestTimeout` does for a whole server; here a route
 * that streams can lift it. Headers have a time of their own.
 */
export function limitBodyTime(server: Server, request: TimedRequest, response: ServerResponse, limitMs: number): void {
  const { headers } = request;
  if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0') return;
  const timer = setTimeout(() => {
    if (response.headersSent) request.socket.destroy();
    else server.emit('clientError', timedOut(), request.socket);
  }, limitMs);
  request[DEADLINE] = timer;
  request.once('close', () => {
    clearTimeout(timer);
  });
}

/**
 * For a route that takes or gives as much as there is: the body may take its time, as long as something moves. A body is
 * to be read from here on; when it is over, its handler has all the time it needs.
 */
export function streamInPeace(request: TimedRequest, response: ServerResponse): void {
  clearTimeout(request[DEADLINE]);
  const stop = (): void => {
    response.setTimeout(0);
  };
  response.setTimeout(STALL_MS, () => {
    response.destroy();
  });
  request.once('end', stop);
}

function timedOut(): Error {
  return Object.assign(new Error('The body did not arrive in time.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
}
