import { createPublicKey, type KeyObject } from 'node:crypto';
import type { NewPolicyKey } from '../contract/policy-bundles.types';

const PUBLIC_PEM = /^\s*-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----\s*$/;
const MAX_PEM_LENGTH = 16_384;
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;
const CURVE: Readonly<Record<string, string>> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' };

/** The format of a key's id, which signatures contain as `kid`. */
export const KEY_ID = /^[\w.:-]{1,128}$/;

/**
 * Returns the public key in its canonical PEM form (SubjectPublicKeyInfo), or a message that says why it cannot verify signatures of the
 * algorithm. A private key is refused instead of being reduced to its public key, because its sender has confused the two.
 */
export function normalizeKey({ algorithm, publicKey }: NewPolicyKey): { readonly pem: string } | string {
  if (publicKey.length > MAX_PEM_LENGTH || !PUBLIC_PEM.test(publicKey)) {
    return 'The key is not a public key in PEM: -----BEGIN PUBLIC KEY-----.';
  }
  let key: KeyObject;
  try {
    key = createPublicKey(publicKey);
  } catch {
    return 'The PEM does not contain a readable public key.';
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const pem = key.export({ type: 'spki', format: 'pem' }) as string;
  if (algorithm === 'EdDSA') return type === 'ed25519' ? { pem } : 'EdDSA needs an Ed25519 key.';
  const curve = CURVE[algorithm];
  if (curve !== undefined) {
    return type === 'ec' && details?.namedCurve === curve ? { pem } : `${algorithm} needs a key on the curve ${curve}.`;
  }
  const bits = details?.modulusLength ?? 0;
  const fits = type === 'rsa' && bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;
  return fits ? { pem } : `${algorithm} needs an RSA key of ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits.`;
}
