import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import type { Reply } from './reply.js';

/** The compression of responses (OPA `server.encoding`). */
export interface EncodingOptions {
  /** The minimum size of a response that is compressed, in bytes. */
  readonly minBytes: number;
  readonly level: number;
}

/** Sends a response, compressed if the route allows it and the client accepts gzip. Returns its uncompressed size. */
export function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  encoding: EncodingOptions | null,
): number {
  const { status, body, headers } = reply;
  if (body === '') {
    response.writeHead(status, { ...headers, ...(status === 204 || status === 304 ? {} : { 'Content-Length': 0 }) });
    response.end();
    return 0;
  }
  const type = reply.type ?? 'application/json';
  const bytes = Buffer.byteLength(body);
  if (encoding !== null && bytes >= encoding.minBytes && takesGzip(request.headers['accept-encoding'])) {
    sendPacked(response, reply, type, encoding.level);
    return bytes;
  }
  if (headers === undefined) response.writeHead(status, ['Content-Type', type, 'Content-Length', String(bytes)]);
  else response.writeHead(status, { ...headers, 'Content-Type': type, 'Content-Length': bytes });
  // If the byte and character counts are equal, the body is ASCII, which Node writes as Latin-1 in half the time.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
  return bytes;
}

function sendPacked(response: ServerResponse, { status, body, headers }: Reply, type: string, level: number): void {
  gzip(body, { level }, (error, packed) => {
    // Compression fails only if memory runs out. Closing the connection signals the failure to the client.
    if (error !== null) {
      response.destroy(error);
      return;
    }
    response.writeHead(status, {
      ...headers,
      'Content-Type': type,
      'Content-Encoding': 'gzip',
      Vary: 'Accept-Encoding',
      'Content-Length': packed.length,
    });
    response.end(packed);
  });
}

/** RFC 9110 §12.5.3: `gzip;q=0` rejects gzip. */
function takesGzip(header: string | string[] | undefined): boolean {
  const match = /(?:^|[\s,])(?:gzip|\*)\s*(?:;\s*q=([\d.]+))?\s*(?:,|$)/i.exec(String(header ?? ''));
  return match !== null && Number(match[1] ?? 1) > 0;
}
