import type { Server } from 'node:http';
import { newId } from '../../ids/ids';

interface BrokenRequest {
  readonly status: string;
  readonly code: string;
  readonly description: string;
}

const MALFORMED: BrokenRequest = {
  status: '400 Bad Request',
  code: 'invalid_request',
  description: 'The request is not valid HTTP.',
};

/**
 * Maximum time for a client to receive the response. Without a limit, a client that keeps its own side open would keep the connection open
 * forever.
 */
const LINGER_MS = 2_000;

/** The responses to errors from Node's parser, by error code. */
const BY_ERROR: Readonly<Record<string, BrokenRequest>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'invalid_request',
    description: 'The headers are larger than 16 KiB.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'invalid_request',
    description: 'The request did not arrive in time.',
  },
};

/** Responds to requests that Node could not parse (broken HTTP, huge headers, slow clients) in the common error format. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const { status, code, description } = BY_ERROR[error.code ?? ''] ?? MALFORMED;
    const body = JSON.stringify({
      error: code,
      error_description: description,
      status: Number(status.slice(0, 3)),
      request_id: newId('req'),
    });
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => {
      clearTimeout(timer);
    });
  });
}
