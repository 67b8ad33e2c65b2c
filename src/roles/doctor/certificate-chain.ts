import { X509Certificate } from 'node:crypto';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** The maximum number of steps, which is more than any real chain has. */
const MOST_STEPS = 10;

/** Returns the certificates of a PEM file, in order. */
export function pemCertificates(pem: Buffer): readonly X509Certificate[] {
  return (pem.toString('latin1').match(PEM) ?? []).map((text) => new X509Certificate(text));
}

/** Returns whether one of these authorities issued a certificate, directly or through the intermediate certificates. */
export function leadsTo(
  leaf: X509Certificate,
  between: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
): boolean {
  let current = leaf;
  for (let step = 0; step < MOST_STEPS; step++) {
    const child = current;
    const isIssuer = (other: X509Certificate): boolean => child.checkIssued(other) && child.verify(other.publicKey);
    if (authorities.some((authority) => authority.fingerprint256 === child.fingerprint256 || isIssuer(authority)))
      return true;
    const next = between.find((other) => other.fingerprint256 !== child.fingerprint256 && isIssuer(other));
    if (!next) return false;
    current = next;
  }
  return false;
}
