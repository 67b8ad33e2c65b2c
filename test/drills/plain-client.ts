import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { ALL_RPCS } from '../support/grpc-client';

/**
 * A client for ValidateToken over node:http2 that never retries. It has the addresses of several sidecars and uses the next one if a
 * connection is refused or the server did not process a call. The server signals that with GOAWAY or REFUSED_STREAM (RFC 9113 §6.8, §8.7),
 * or by closing the connection before it sends any data. Any other event ends the call.
 *
 * This client does not use grpc-js, which abandons calls in progress if a different call receives the GOAWAY first.
 */
export class PlainClient {
  /** Calls that were sent to a different server because the first one did not process them. */
  movedOn = 0;
  private next = 0;
  private session: ClientHttp2Session | null = null;

  /** @param keepsConnection `false`: a separate connection for each call, as in the public TypeScript SDK (wire contract §2.1). */
  constructor(
    private readonly addresses: readonly string[],
    private readonly keepsConnection: boolean,
  ) {}

  /** Returns the reason for refusing a token, if the reason is text; `null` if the token is valid. Rejects if there is no response. */
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
    throw new Error('No sidecar accepted the call.');
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

/** The last call that the server processes, for each connection on which it has sent GOAWAY. */
const lastTaken = new WeakMap<ClientHttp2Session, number>();

/** Returns the body of the response; `null` if the server did not process the call. */
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
