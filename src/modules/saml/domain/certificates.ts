import { X509Certificate } from 'node:crypto';
import type { FieldError } from '../../../kernel/errors/app-error';

const MIN_RSA_BITS = 2048;

/**
 * Returns certificates in PEM, from PEM or from the bare base64 in metadata. Each invalid certificate, and each certificate whose key
 * cannot create an accepted signature, is reported as a fault.
 */
export function readCertificates(
  texts: readonly string[],
): { readonly certificates: string[] } | { readonly faults: readonly FieldError[] } {
  const read = texts.map(readCertificate);
  const certificates = read.filter((certificate) => certificate !== null);
  if (certificates.length === read.length) return { certificates };
  return {
    faults: read.flatMap((certificate, index) => {
      const message = `Use an X.509 certificate in PEM or base64, with RSA of at least ${MIN_RSA_BITS} bits.`;
      return certificate === null ? [{ pointer: `/certificates/${index}`, code: 'invalid_certificate', message }] : [];
    }),
  };
}

function readCertificate(text: string): string | null {
  try {
    const certificate = new X509Certificate(pemOf(text.trim()));
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
    const isGood = asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
    return isGood ? certificate.toString() : null;
  } catch {
    return null;
  }
}

function pemOf(text: string): string {
  if (text.startsWith('-----')) return text;
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/\s+/g, '\n')}\n-----END CERTIFICATE-----\n`;
}
