import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';

/** A connection on which the test itself writes the frames of calls. */
export class Http2Connection {
  readonly session: ClientHttp2Session;

  /** The error code of the server's GOAWAY (RFC 9113 §6.8); `null` before one arrives. */
  goaway: number | null = null;

  constructor(address: string) {
    this.session = connect(`http://${address}`);
    this.session.on('error', () => undefined);
    this.session.on('goaway', (code: number) => {
      this.goaway = code;
    });
  }

  /** Opens a call without sending any part of its message. */
  open(path: string, metadata: Readonly<Record<string, string>> = {}): Http2Upload {
    return new Http2Upload(
      this.session.request({
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: path,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...metadata,
      }),
    );
  }

  /** Sends a PING (RFC 9113 §6.7) and resolves with its acknowledgment. */
  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.session.ping((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  close(): void {
    this.session.destroy();
  }
}

/** A call whose request the test writes in parts. */
export class Http2Upload {
  /** The status (`null` if the stream was reset before a status arrived) and the bytes of the response after their prefix. */
  readonly answer: Promise<{ readonly status: number | null; readonly message: Buffer }>;

  constructor(readonly stream: ClientHttp2Stream) {
    let status: number | null = null;
    const chunks: Buffer[] = [];
    const read = (headers: IncomingHttpHeaders): void => {
      if (headers['grpc-status'] !== undefined) status = Number(headers['grpc-status']);
    };
    stream.on('response', read);
    stream.on('trailers', read);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => undefined);
    this.answer = once(stream, 'close').then(() => ({ status, message: Buffer.concat(chunks).subarray(5) }));
  }

  /** Sends the prefix of a message, which contains its length. */
  announce(length: number, isCompressed = false): this {
    const prefix = Buffer.alloc(5);
    prefix[0] = isCompressed ? 1 : 0;
    prefix.writeUInt32BE(length, 1);
    this.stream.write(prefix);
    return this;
  }

  write(bytes: Uint8Array): this {
    this.stream.write(bytes);
    return this;
  }

  end(): this {
    this.stream.end();
    return this;
  }
}
