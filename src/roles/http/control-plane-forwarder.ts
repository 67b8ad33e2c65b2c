import http, {
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import https from 'node:https';
import { AppError, outage } from '../../kernel/errors/app-error';
import { requestState } from '../../kernel/http/request-state';
import { dropUnread } from '../../kernel/http/body/unread-body';
import { withoutBrackets } from '../../kernel/network/host';

/** Forwards a request from the backend to the control plane: over HTTP, or to its listener in the same process. */
export type ControlPlaneForwarder = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  fail: (error: AppError) => void,
) => void;

/** Headers for a single connection, which are not forwarded (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
]);
const TIMEOUT_MS = 15_000;

/** Creates the forwarder within one process, which passes the same request and response to the control plane's listener. */
export function localForwarder(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): ControlPlaneForwarder {
  return (request, response, path) => {
    request.url = path;
    listener(request, response);
  };
}

/** Creates the forwarder over HTTP: unchanged bytes in both directions, keep-alive, and the caller's address in `Forwarded` (RFC 7239). */
export function remoteForwarder(controlPlaneUrl: string): ControlPlaneForwarder {
  const base = new URL(controlPlaneUrl);
  const client = base.protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets: 256 });
  return (request, response, path, fail) => {
    if (hasBody(request) && (request.method === 'GET' || request.method === 'HEAD')) {
      fail(new AppError('invalid_request', 'A GET or HEAD request must not have a body.'));
      return;
    }
    const unavailable = (cause: unknown): void => {
      // The response is complete: a failure in the rest of the body does not matter.
      if (response.writableEnded) return;
      if (response.headersSent) response.destroy();
      else
        fail(
          outage('control_plane_unavailable', {
            message: 'The authorization server cannot be reached now; try again.',
            cause,
          }),
        );
    };
    const onward = client.request(
      { ...urlParts(base), path, method: request.method, agent, headers: onwardHeaders(request), timeout: TIMEOUT_MS },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        answer.on('error', unavailable).pipe(response);
        answer.once('end', () => {
          if (!onward.writableFinished) onward.destroy();
        });
        if (!request.complete) stopSending(request, onward);
      },
    );
    onward.on('timeout', () => onward.destroy(new Error('The control plane did not respond in time.')));
    onward.on('error', unavailable);
    response.on('close', () => {
      if (!response.writableFinished) onward.destroy();
    });
    // Forwards only framed bodies: the control plane would read unframed bytes as the next request on the connection.
    if (hasBody(request)) request.pipe(onward);
    else onward.end();
  };
}

/**
 * Stops sending the body of a request that already has a response. For example, the control plane responds before the end of a body that is
 * too large.
 */
function stopSending(request: IncomingMessage, onward: ClientRequest): void {
  request.unpipe(onward);
  dropUnread(request);
}

function isChunked({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined;
}

function hasBody(request: IncomingMessage): boolean {
  return isChunked(request) || (request.headers['content-length'] ?? '0') !== '0';
}

function urlParts({ protocol, hostname, port }: URL): http.RequestOptions {
  return { protocol, hostname: withoutBrackets(hostname), port };
}

function onwardHeaders(request: IncomingMessage): OutgoingHttpHeaders {
  const { requestId, traceparent, ip } = requestState(request);
  const client = ip.includes(':') ? `"[${ip}]"` : ip;
  return {
    ...endToEnd(request.headers),
    // The body is framed again, whatever the method: Node does not add framing to GET or DELETE requests.
    ...(isChunked(request) ? { 'transfer-encoding': 'chunked' } : {}),
    'x-request-id': requestId,
    traceparent,
    forwarded: `for=${client}`,
  };
}

/** Keeps headers named in `Connection`: a caller must not remove the framing or the credentials of a request. */
function endToEnd(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
