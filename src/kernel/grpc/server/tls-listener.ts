import { createServer, type TLSSocket } from 'node:tls';
import { lookup } from 'node:dns/promises';
import type { Counter } from 'prom-client';
import { type Metadata, type ServerInterceptor, ServerInterceptingCall } from '@grpc/grpc-js';
import type { CertificateSet, Certificates } from '../certificates';
import { identityOf, type PeerIdentity, setPeer } from '../peer-identity';
import type { Logger } from '../../telemetry/logger';
import { splitAddress } from '../../network/host';
import { type GrpcListener, listening, overSockets, type TakeConnection } from './grpc-listener';

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The peers of open connections, by address and port. */
export class Peers {
  private readonly open = new Map<string, PeerIdentity>();

  add(socket: TLSSocket, peer: PeerIdentity): void {
    const address = `${socket.remoteAddress}:${socket.remotePort}`;
    this.open.set(address, peer);
    socket.once('close', () => {
      // The port may already be in use again by then.
      if (this.open.get(address) === peer) this.open.delete(address);
    });
  }

  /** Passes the caller's identity to the handlers of its calls. */
  readonly interceptor: ServerInterceptor = (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata: Metadata, goOn) => {
            const peer = this.open.get(call.getPeer());
            if (peer) setPeer(metadata, peer);
            goOn(metadata);
          },
        });
      },
    });
}

/**
 * Listens at `host:port` with TLS 1.3. If authorities are configured, it accepts only callers whose certificate was signed by one of the
 * authorities and names the caller. A new certificate applies to new handshakes and does not affect open connections.
 */
export async function listenSecurely(
  address: string,
  certificates: Certificates,
  peers: Peers,
  failedHandshakes: Counter,
  logger: Logger,
  take: TakeConnection,
): Promise<GrpcListener> {
  const { host, port } = splitAddress(address);
  const wantsCertificate = certificates.current.ca !== null;
  const hosts = await lookup(host, { all: true });
  const servers = hosts.map(() =>
    createServer({
      ...contextOf(certificates.current),
      requestCert: wantsCertificate,
      rejectUnauthorized: wantsCertificate,
      ALPNProtocols: ['h2'],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      noDelay: true,
    }),
  );
  for (const server of servers) {
    server.on('tlsClientError', (error) => {
      failedHandshakes.inc();
      logger.debug({ err: error }, 'A TLS handshake failed');
    });
    server.on('secureConnection', (socket) => {
      if (wantsCertificate) {
        const peer = identityOf(socket.getPeerCertificate().raw);
        if (!socket.authorized || peer === null) {
          failedHandshakes.inc();
          socket.destroy();
          return;
        }
        peers.add(socket, peer);
      }
      take(socket);
    });
    certificates.onChange((set) => server.setSecureContext(contextOf(set)));
  }
  const listener = overSockets(servers);
  try {
    await Promise.all(servers.map((server, index) => listening(server, { host: hosts[index]?.address ?? host, port })));
  } catch (fault) {
    listener.stopAccepting();
    throw fault;
  }
  return listener;
}

function contextOf({ cert, key, ca }: CertificateSet): {
  cert: Buffer;
  key: Buffer;
  ca?: Buffer;
  minVersion: 'TLSv1.3';
} {
  return { cert, key, ...(ca === null ? {} : { ca }), minVersion: 'TLSv1.3' };
}
