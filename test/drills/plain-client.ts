import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { ALL_RPCS } from '../support/grpc-client';

/**
 * A client of ValidateToken over node:http2 that repeats nothing. It knows several sidecars and takes the next one when a
 * connection is refused, or when the server did not process a call. The server says so by GOAWAY or REFUSED_STREAM
 * (RFC 9113 §6.8, §8.7), or closes the connection before it sends anything. Anything else that happens to a call is its
 * outcome.
 *
 * Not grpc-js: that gives up calls that are being answered when another call meets the GOAWAY first.
 */
export class PlainClient {
  /** Calls that went elsewhere since they had not been taken. */
  movedOn = 0;
  private next = 0;
  private session: ClientHttp2Session | null = null;

  /** @param keepsConnection `false`: a connection for each call, as the public TypeScript SDK does it (wire contract §2.1). */
  constructor(
    private readonly addresses: readonly string[],
    private readonly keepsConnection: boolean,
  ) {}

  /** Returns the reason against a token, as far as it is text; `null` when it is valid. Rejects when there is no answer. */
  async validate(token: string): Promise<string | null> {
    const rpc = ALL_RPCS.find(({ method }) => method === 'ValidateToken');
    const message = rpc?.definition.requestSerialize({ token }) ?? Buffer.alloc(0);
    for (let tries = 0; tries < 3 * this.addresses.length; tries++) {
      const session = await this.connected();
      const answer = session && (await callOn(session, message));
      if (session && !this.keepsConnection) session.close();
      // `valid: true`, after the five bytes of the gRPC prefix.
      if (answer) return answer[5] === 0x08 && answer[6] === 1 ? null : `“${textIn(answer)}”`;
      this.movedOn += 1;
    }
    throw new Error('No sidecar took the call.');
  }

  close(): void {
    this.session?.close();
  }

  private async connected(): Promise<ClientHttp2Session | null> {
    if (this.session && !this.session.closed && !this.session.destroyed) return this.session;
    const session = connect(`http://${this.addresses[this.next++ % this.addresses.length]}`);
    session.on('error', () => undefined);
    session.once('remoteSettings', () => lastTaken.set(session, Number.POSITIVE_INFINITY));
    session.on('goaway', (_code, lastStreamId) => lastTaken.set(session, lastStreamId));
    const connection = await once(session, 'connect').catch(() => null);
    if (connection === null) return null;
    if (this.keepsConnection) this.session = session;
    return session;
  }
}

function textIn(message: Buffer): string {
  return message
    .toString('latin1')
    .replaceAll(/[^ -~]+/g, ' ')
    .trim();
}

/** The last call that the server takes, by connections on which it has said something. */
const lastTaken = new WeakMap<ClientHttp2Session, number>();

/** The body of the answer; `null` when the server did not take the call. */
async function callOn(session: ClientHttp2Session, message: Buffer): Promise<Buffer | null> {
  if (session.closed || session.destroyed) return null;
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  const stream = session.request({
    ':method': 'POST',
    ':path': '/coresdk.v1.AuthService/ValidateToken',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.end(Buffer.concat([prefix, message]));
  try {
    await once(stream, 'end');
    return Buffer.concat(chunks);
  } catch (fault) {
    const last = lastTaken.get(session);
    if (last === undefined || (stream.id ?? Number.POSITIVE_INFINITY) > last) return null;
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return null;
    throw fault;
  }
}
