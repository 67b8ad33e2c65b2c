import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { newId } from '../../../kernel/ids/ids';
import type { PublicJwk } from '../contract/keys.types';

const MODULUS_BITS = 2048;
const generate = promisify(generateKeyPair);

/** Creates an RSA key pair: a public JWK, and the private key as PKCS #8 DER, which must be sealed before it is stored. */
export async function newRsaKey(): Promise<{ readonly jwk: PublicJwk; readonly privateDer: Buffer }> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: MODULUS_BITS });
  const { n, e } = publicKey.export({ format: 'jwk' });
  if (n === undefined || e === undefined) throw new Error('The generated key is not an RSA key.');
  return {
    jwk: { kty: 'RSA', n, e, kid: newId('key'), alg: 'RS256', use: 'sig' },
    privateDer: privateKey.export({ format: 'der', type: 'pkcs8' }),
  };
}

/** Returns the private key from PKCS #8 DER. */
export function privateKeyOf(der: Buffer): KeyObject {
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** Returns the public key in a JWK. */
export function publicKeyOf(jwk: PublicJwk): KeyObject {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' });
}
