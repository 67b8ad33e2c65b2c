import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A stream's client is disconnected if it does not send or receive any data for this long. */
const STALL_MS = 60_000;

const WATCH = Symbol('watch');
const MAY_TAKE_TIME = Symbol('may take time');

interface TimedRequest extends IncomingMessage {
  [MAY_TAKE_TIME]?: true;
}

interface TimedSocket extends Socket {
  [WATCH]?: BodyWatch;
}

/**
 * Aborts a request whose body does not arrive in time. This works like Node's `requestTimeout` for a whole server, except that a streaming
 * route can lift the limit. Headers have a separate limit.
 */
export function limitBodyTime(server: Server, request: TimedRequest, response: ServerResponse, limitMs: number): void {
  const { headers } = request;
  if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0') return;
  const socket: TimedSocket = request.socket;
  (socket[WATCH] ??= new BodyWatch(server, socket, limitMs)).begin(request, response);
}

/**
 * Lifts the limit for a route that streams: the body can take any amount of time as long as data keeps flowing. Begin to read the body
 * right after this call. After the end of the body, the handler has no time limit.
 */
export function streamInPeace(request: TimedRequest, response: ServerResponse): void {
  request[MAY_TAKE_TIME] = true;
  const stop = (): void => {
    response.setTimeout(0);
  };
  response.setTimeout(STALL_MS, () => {
    response.destroy();
  });
  request.once('end', stop);
}

/**
 * The newest request on a connection, with its deadline. Earlier requests have already arrived. All of them share one timer, which is
 * restarted only when it expires; a timer for each request would cost more than all other work for the deadline. Until the timer expires,
 * the object keeps the newest request, even if its response has been sent.
 */
class BodyWatch {
  private request: TimedRequest | null = null;
  private response: ServerResponse | null = null;
  private endsAt = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly server: Server,
    private readonly socket: Socket,
    private readonly limitMs: number,
  ) {
    socket.once('close', () => {
      if (this.timer) clearTimeout(this.timer);
    });
  }

  begin(request: TimedRequest, response: ServerResponse): void {
    this.request = request;
    this.response = response;
    this.endsAt = performance.now() + this.limitMs;
    this.timer ??= setTimeout(look, this.limitMs, this);
  }

  look(): void {
    const { request, response } = this;
    this.timer = null;
    if (!request || request.complete || request[MAY_TAKE_TIME]) {
      this.request = this.response = null;
      return;
    }
    const leftMs = this.endsAt - performance.now();
    if (leftMs > 0) this.timer = setTimeout(look, Math.ceil(leftMs), this);
    else if (response?.headersSent) this.socket.destroy();
    else this.server.emit('clientError', timedOut(), this.socket);
  }
}

function look(watch: BodyWatch): void {
  watch.look();
}

function timedOut(): Error {
  return Object.assign(new Error('The body did not arrive in time.'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
}
