import { X509Certificate } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';

/** The service at the other end of a connection, as its certificate, which an authority of ours signed, names it. */
export interface PeerIdentity {
  /** The first URI (such as a SPIFFE id), else the first DNS name, of the certificate; else its common name. */
  readonly name: string;
  readonly expiresAtMs: number;
}

const peers = new WeakMap<Metadata, PeerIdentity>();

/** Remembers who made a call, by its metadata, which every handler is given. */
export function setPeer(metadata: Metadata, peer: PeerIdentity): void {
  peers.set(metadata, peer);
}

/** Who made a call, when its connection proved that by a certificate. */
export function peerOf(metadata: Metadata): PeerIdentity | undefined {
  return peers.get(metadata);
}

const NAME = /^[\x21-\x7e]{1,256}$/;

/**
 * Who a verified certificate names; `null` when it names nobody in at most 256 printable characters.
 * @param der the certificate.
 */
export function identityOf(der: Buffer): PeerIdentity | null {
  const certificate = new X509Certificate(der);
  const alternatives = certificate.subjectAltName ?? '';
  // Node quotes a name that holds what separates names, which is nobody's name here, and could pose as another kind.
  if (alternatives.includes('"')) return null;
  const names = alternatives.split(', ');
  const first = (kind: string): string | undefined =>
    names.find((name) => name.startsWith(`${kind}:`))?.slice(kind.length + 1);
  const commonName: unknown = certificate.toLegacyObject().subject.CN;
  const name = first('URI') ?? first('DNS') ?? (typeof commonName === 'string' ? commonName : '');
  return NAME.test(name) ? { name, expiresAtMs: certificate.validToDate.getTime() } : null;
}
