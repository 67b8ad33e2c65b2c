import { Buffer } from 'buffer';
import { constants, createHmac, sign, timingSafeEqual, verify, type KeyObject } from 'node:crypto';

/** The signature algorithms of RFC 7518 §3.1 and RFC 8037 that OPA supports. `none` is not supported. */
export type AlgorithmName =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'EdDSA';

export type KeyKind = 'rsa' | 'ec' | 'ed25519' | 'secret';

export interface Algorithm {
  readonly name: AlgorithmName;
  readonly keyKind: KeyKind;
  /** The name in node:crypto; null if the algorithm implies the hash. */
  readonly hash: string | null;
  readonly isPss: boolean;
  /** RFC 7518 §3.4: each ES algorithm has one curve. */
  readonly curve: string | undefined;
}

const HASHES = ['256', '384', '512'] as const;
const CURVE_BY_HASH = { '256': 'prime256v1', '384': 'secp384r1', '512': 'secp521r1' } as const;
const FIELD_BYTES: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 32],
  ['secp384r1', 48],
  ['secp521r1', 66],
]);

const ALL: readonly Algorithm[] = [
  ...HASHES.flatMap((bits): Algorithm[] => {
    const hash = `sha${bits}`;
    return [
      { name: `RS${bits}`, keyKind: 'rsa', hash, isPss: false, curve: undefined },
      { name: `PS${bits}`, keyKind: 'rsa', hash, isPss: true, curve: undefined },
      { name: `ES${bits}`, keyKind: 'ec', hash, isPss: false, curve: CURVE_BY_HASH[bits] },
      { name: `HS${bits}`, keyKind: 'secret', hash, isPss: false, curve: undefined },
    ];
  }),
  { name: 'EdDSA', keyKind: 'ed25519', hash: null, isPss: false, curve: undefined },
];

export const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(ALL.map((algorithm) => [algorithm.name, algorithm]));

/** A key to verify or create signatures. Its kind, which is determined during parsing, decides which algorithms can use it. */
export type SignatureKey =
  | { readonly kind: 'secret'; readonly bytes: Buffer }
  | { readonly kind: 'rsa' | 'ec' | 'ed25519'; readonly keyObject: KeyObject };

/**
 * Verifies a signature. Returns false if the key is of a different kind than the algorithm requires, so that a token's header can never
 * make one kind of key pass for another.
 */
export function isSignature(algorithm: Algorithm, key: SignatureKey, signed: Buffer, signature: Buffer): boolean {
  if (key.kind !== algorithm.keyKind) {
    return false;
  }
  if (key.kind === 'secret') {
    const expected = createHmac(algorithm.hash ?? '', key.bytes)
      .update(signed)
      .digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  const form = algorithm.keyKind === 'ec' ? paddedEcdsa(algorithm, key.keyObject, signature) : signature;
  if (form === undefined) {
    return false;
  }
  try {
    return verify(algorithm.hash, signed, { key: key.keyObject, ...options(algorithm, 'verify') }, form);
  } catch {
    return false; // OpenSSL throws for a malformed signature.
  }
}

/** Creates a signature. Returns `undefined` if the key is of a different kind than the algorithm requires. */
export function makeSignature(algorithm: Algorithm, key: SignatureKey, signed: Buffer): Buffer | undefined {
  if (key.kind !== algorithm.keyKind) {
    return undefined;
  }
  if (key.kind === 'secret') {
    return createHmac(algorithm.hash ?? '', key.bytes)
      .update(signed)
      .digest();
  }
  return hasCurveOf(algorithm, key.keyObject)
    ? sign(algorithm.hash, signed, { key: key.keyObject, ...options(algorithm, 'sign') })
    : undefined;
}

function options({ keyKind, isPss }: Algorithm, use: 'sign' | 'verify'): Record<string, string | number> {
  if (keyKind === 'ec') {
    return { dsaEncoding: 'ieee-p1363' };
  }
  if (!isPss) {
    return keyKind === 'rsa' ? { padding: constants.RSA_PKCS1_PADDING } : {};
  }
  // RFC 7518 §3.5 requires a salt as long as the hash; OPA accepts any length when it verifies.
  const saltLength = use === 'sign' ? constants.RSA_PSS_SALTLEN_DIGEST : constants.RSA_PSS_SALTLEN_AUTO;
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
}

function hasCurveOf({ curve }: Algorithm, keyObject: KeyObject): boolean {
  return curve === undefined || keyObject.asymmetricKeyDetails?.namedCurve === curve;
}

/** Pads both numbers to the full width that OpenSSL requires. OPA splits a signature of any length in half. */
function paddedEcdsa(algorithm: Algorithm, keyObject: KeyObject, signature: Buffer): Buffer | undefined {
  const width = FIELD_BYTES.get(algorithm.curve ?? '');
  if (width === undefined || !hasCurveOf(algorithm, keyObject)) {
    return undefined;
  }
  const half = Math.floor(signature.length / 2);
  const numbers = [signature.subarray(0, half), signature.subarray(half)].map((part) => padded(part, width));
  return numbers[0] === undefined || numbers[1] === undefined ? undefined : Buffer.concat([numbers[0], numbers[1]]);
}

function padded(part: Buffer, width: number): Buffer | undefined {
  const firstDigit = part.findIndex((byte) => byte !== 0);
  const digits = firstDigit < 0 ? Buffer.alloc(0) : part.subarray(firstDigit);
  return digits.length > width ? undefined : Buffer.concat([Buffer.alloc(width - digits.length), digits]);
}
