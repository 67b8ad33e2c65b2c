import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { framed } from './wire-bytes';

/** The response to a call over bare HTTP/2. */
export interface Http2Answer {
  /** The status as the TypeScript client reads it: from the trailers or, if it is not there, from the headers; otherwise 0. */
  readonly status: number;
  readonly statusMessage: string;
  /** The body without its first five bytes, whatever they contain. */
  readonly message: Buffer;
  /** The unmodified body. */
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

const LIMIT_MS = 60_000;

/**
 * Makes a unary call as the published TypeScript client does (wire contract §2.1): over a separate connection with `node:http2`, without
 * `user-agent` and `grpc-accept-encoding`.
 */
export function http2Call(
  address: string,
  path: string,
  request: Uint8Array,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://${address}`);
    session.on('error', reject);
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...metadata,
    });
    stream.setTimeout(LIMIT_MS, () => stream.destroy(new Error(`No response from ${path}.`)));
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    stream.on('response', (received: IncomingHttpHeaders) => {
      headers = received;
    });
    stream.on('trailers', (received: IncomingHttpHeaders) => {
      trailers = received;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      session.close();
      const body = Buffer.concat(chunks);
      resolve({
        status: Number(trailers['grpc-status'] ?? headers['grpc-status'] ?? 0),
        statusMessage: String(trailers['grpc-message'] ?? headers['grpc-message'] ?? ''),
        message: body.subarray(5),
        body,
        headers: { ...headers, ...trailers },
      });
    });
    stream.end(framed(request));
  });
}
