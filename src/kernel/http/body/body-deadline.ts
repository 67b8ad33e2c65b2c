import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A client that sends or takes nothing for so long, while a stream goes on, is cut. */
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
 * Cuts a request whose body has not arrived in time, as Node's own `requestTimeout` does for a whole server; here a route
 * that streams can lift it. Headers have a time of their own.
 */
export function limitBodyTime(server: Server, request: TimedRequest, response: ServerResponse, limitMs: number): void {
  const { headers } = request;
  if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0') return;
  const socket: TimedSocket = request.socket;
  (socket[WATCH] ??= new BodyWatch(server, socket, limitMs)).begin(request, response);
}

/**
 * For a route that takes or gives as much as there is: the body may take its time, as long as something moves. A body is
 * to be read from here on; when it is over, its handler has all the time it needs.
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
 * The newest request of a connection and its time: what came before it has arrived. There is one timer for all of them,
 * which is set again only when it runs out; one for each request costs more than all else that is done for its time. Until
 * then it keeps the newest request, whoever has been answered.
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
