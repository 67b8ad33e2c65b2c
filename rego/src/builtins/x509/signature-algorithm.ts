import { Buffer } from 'buffer';
import { constants, verify, type VerifyKeyObjectInput } from 'node:crypto';
import { constructedContextTag, DerReader, oidText, TAG } from './der.js';
import { OID, PSS_VARIANTS, SIGNATURE_ALGORITHM, SIGNATURE_ALGORITHM_BY_OID } from './oids.js';
import { openSslKey, type PublicKey } from './public-key.js';

const NULL_HEX = '0500';

/** Returns the number of the algorithm in an AlgorithmIdentifier; 0 (unknown) if Go does not recognize it. */
export function signatureAlgorithmOf(identifier: Buffer): number {
  const reader = new DerReader(identifier);
  const oid = oidText(reader.readOid('x509: malformed OID'));
  const parameters = reader.isEmpty ? undefined : reader.readAny('x509: malformed parameters').full;
  if (oid === OID.ed25519 && parameters !== undefined) {
    return SIGNATURE_ALGORITHM.unknown; // RFC 8410 §3: the parameters must be absent.
  }
  if (oid === OID.rsaPss) {
    return pssAlgorithmOf(parameters);
  }
  return SIGNATURE_ALGORITHM_BY_OID.get(oid) ?? SIGNATURE_ALGORITHM.unknown;
}

/** RFC 4055 §3.1, restricted as in Go: one hash for message and mask, and a salt as long as the hash. */
function pssAlgorithmOf(parameters: Buffer | undefined): number {
  try {
    const fault = 'x509: malformed parameters';
    const sequence = new DerReader(parameters ?? Buffer.alloc(0)).read(TAG.sequence, fault);
    const hash = readIdentifier(sequence.read(constructedContextTag(0), fault).read(TAG.sequence, fault));
    const mask = sequence.read(constructedContextTag(1), fault).read(TAG.sequence, fault);
    const maskFunction = oidText(mask.readOid(fault));
    const maskHash = readIdentifier(mask.read(TAG.sequence, fault));
    const saltLength = sequence.read(constructedContextTag(2), fault).readSmallInteger(fault);
    const trailer = sequence.readOptional(constructedContextTag(3), fault)?.readSmallInteger(fault) ?? 1;
    const isPlain = maskFunction === OID.mgf1 && trailer === 1 && hash !== undefined && hash === maskHash;
    const variant = PSS_VARIANTS.find((known) => known.hashOid === hash && known.saltLength === saltLength);
    return isPlain && variant !== undefined ? variant.algorithm : SIGNATURE_ALGORITHM.unknown;
  } catch {
    return SIGNATURE_ALGORITHM.unknown;
  }
}

function readIdentifier(reader: DerReader): string | undefined {
  const oid = oidText(reader.readOid('x509: malformed OID'));
  const hasParameters =
    !reader.isEmpty && reader.readAny('x509: malformed parameters').full.toString('hex') !== NULL_HEX;
  return hasParameters ? undefined : oid;
}

interface Verifier {
  readonly hash: string | null;
  readonly keyKind: PublicKey['kind'];
  readonly options: Partial<VerifyKeyObjectInput>;
}

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const DER = { dsaEncoding: 'der' } as const;

/** The algorithms accepted for certificate signatures. Like Go, excludes MD5, SHA-1 and DSA. */
const VERIFIERS: ReadonlyMap<number, Verifier> = new Map<number, Verifier>([
  [SIGNATURE_ALGORITHM.sha256WithRsa, { hash: 'sha256', keyKind: 'rsa', options: PKCS1 }],
  [SIGNATURE_ALGORITHM.sha384WithRsa, { hash: 'sha384', keyKind: 'rsa', options: PKCS1 }],
  [SIGNATURE_ALGORITHM.sha512WithRsa, { hash: 'sha512', keyKind: 'rsa', options: PKCS1 }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha256, { hash: 'sha256', keyKind: 'ec', options: DER }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha384, { hash: 'sha384', keyKind: 'ec', options: DER }],
  [SIGNATURE_ALGORITHM.ecdsaWithSha512, { hash: 'sha512', keyKind: 'ec', options: DER }],
  [SIGNATURE_ALGORITHM.sha256WithRsaPss, { hash: 'sha256', keyKind: 'rsa', options: PSS }],
  [SIGNATURE_ALGORITHM.sha384WithRsaPss, { hash: 'sha384', keyKind: 'rsa', options: PSS }],
  [SIGNATURE_ALGORITHM.sha512WithRsaPss, { hash: 'sha512', keyKind: 'rsa', options: PSS }],
  [SIGNATURE_ALGORITHM.ed25519, { hash: null, keyKind: 'ed25519', options: {} }],
]);

/** Returns whether `key` created the signature; false if the algorithm is unknown, too weak or for a different kind of key. */
export function isSignedBy(key: PublicKey, algorithm: number, signed: Buffer, signature: Buffer): boolean {
  const verifier = VERIFIERS.get(algorithm);
  const keyObject = verifier?.keyKind === key.kind ? openSslKey(key) : undefined;
  if (verifier === undefined || keyObject === undefined) {
    return false;
  }
  try {
    return verify(verifier.hash, signed, { ...verifier.options, key: keyObject }, signature);
  } catch {
    return false; // OpenSSL throws for a malformed signature.
  }
}
