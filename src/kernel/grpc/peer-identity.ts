import { X509Certificate } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';

/** The service at the other end of a connection, as named by its certificate, which one of our authorities signed. */
export interface PeerIdentity {
  /** The name to record: the first URI (such as a SPIFFE id), otherwise the first DNS name, otherwise the common name. */
  readonly name: string;
  /** Every URI and DNS name in the certificate. The common name is included only if there is no subject alternative name. */
  readonly names: readonly string[];
  readonly expiresAtMs: number;
}

const peers = new WeakMap<Metadata, PeerIdentity>();

/** Associates a caller's identity with the metadata of its call, which every handler receives. */
export function setPeer(metadata: Metadata, peer: PeerIdentity): void {
  peers.set(metadata, peer);
}

/** Returns the caller's identity, if the caller presented a certificate. */
export function peerOf(metadata: Metadata): PeerIdentity | undefined {
  return peers.get(metadata);
}

const NAME = /^[\x21-\x7e]{1,256}$/;

/**
 * Returns the service that a verified certificate names; `null` if no name has 1 to 256 printable characters.
 * @param der the certificate.
 */
export function identityOf(der: Buffer): PeerIdentity | null {
  const certificate = new X509Certificate(der);
  const alternatives = certificate.subjectAltName ?? '';
  // Node quotes a name that contains a separator. No service here has such a name, and it could impersonate a different kind of name.
  if (alternatives.includes('"')) return null;
  const listed = alternatives.split(', ');
  const ofKind = (kind: string): string[] =>
    listed.filter((name) => name.startsWith(`${kind}:`)).map((name) => name.slice(kind.length + 1));
  const names = [...ofKind('URI'), ...ofKind('DNS')];
  if (certificate.subjectAltName === undefined) names.push(...commonNamesOf(certificate));
  const usable = names.filter((name) => NAME.test(name));
  const [name] = usable;
  if (name === undefined) return null;
  return { name, names: usable, expiresAtMs: certificate.validToDate.getTime() };
}

/** Returns the common name of the subject; empty if there are several. */
function commonNamesOf(certificate: X509Certificate): readonly string[] {
  const found: unknown = certificate.toLegacyObject().subject.CN;
  return typeof found === 'string' ? [found] : [];
}
