/** Go's `x509.SignatureAlgorithm`: the numbers are part of the JSON that policies see. */
export const SIGNATURE_ALGORITHM = {
  unknown: 0,
  md2WithRsa: 1,
  md5WithRsa: 2,
  sha1WithRsa: 3,
  sha256WithRsa: 4,
  sha384WithRsa: 5,
  sha512WithRsa: 6,
  dsaWithSha1: 7,
  dsaWithSha256: 8,
  ecdsaWithSha1: 9,
  ecdsaWithSha256: 10,
  ecdsaWithSha384: 11,
  ecdsaWithSha512: 12,
  sha256WithRsaPss: 13,
  sha384WithRsaPss: 14,
  sha512WithRsaPss: 15,
  ed25519: 16,
} as const;

/** Go's `x509.PublicKeyAlgorithm`. */
export const PUBLIC_KEY_ALGORITHM = { unknown: 0, rsa: 1, dsa: 2, ecdsa: 3, ed25519: 4 } as const;

export const SIGNATURE_ALGORITHM_BY_OID: ReadonlyMap<string, number> = new Map([
  ['1.2.840.113549.1.1.2', SIGNATURE_ALGORITHM.md2WithRsa],
  ['1.2.840.113549.1.1.4', SIGNATURE_ALGORITHM.md5WithRsa],
  ['1.2.840.113549.1.1.5', SIGNATURE_ALGORITHM.sha1WithRsa],
  ['1.3.14.3.2.29', SIGNATURE_ALGORITHM.sha1WithRsa],
  ['1.2.840.113549.1.1.11', SIGNATURE_ALGORITHM.sha256WithRsa],
  ['1.2.840.113549.1.1.12', SIGNATURE_ALGORITHM.sha384WithRsa],
  ['1.2.840.113549.1.1.13', SIGNATURE_ALGORITHM.sha512WithRsa],
  ['1.2.840.10040.4.3', SIGNATURE_ALGORITHM.dsaWithSha1],
  ['2.16.840.1.101.3.4.3.2', SIGNATURE_ALGORITHM.dsaWithSha256],
  ['1.2.840.10045.4.1', SIGNATURE_ALGORITHM.ecdsaWithSha1],
  ['1.2.840.10045.4.3.2', SIGNATURE_ALGORITHM.ecdsaWithSha256],
  ['1.2.840.10045.4.3.3', SIGNATURE_ALGORITHM.ecdsaWithSha384],
  ['1.2.840.10045.4.3.4', SIGNATURE_ALGORITHM.ecdsaWithSha512],
  ['1.3.101.112', SIGNATURE_ALGORITHM.ed25519],
]);

export const OID = {
  rsaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  rsaKey: '1.2.840.113549.1.1.1',
  dsaKey: '1.2.840.10040.4.1',
  ecKey: '1.2.840.10045.2.1',
  x25519: '1.3.101.110',
  ed25519: '1.3.101.112',
  extensionRequest: '1.2.840.113549.1.9.14',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
} as const;

export interface PssVariant {
  readonly hashOid: string;
  readonly saltLength: number;
  readonly algorithm: number;
}

export const PSS_VARIANTS: readonly PssVariant[] = [
  { hashOid: '2.16.840.1.101.3.4.2.1', saltLength: 32, algorithm: SIGNATURE_ALGORITHM.sha256WithRsaPss },
  { hashOid: '2.16.840.1.101.3.4.2.2', saltLength: 48, algorithm: SIGNATURE_ALGORITHM.sha384WithRsaPss },
  { hashOid: '2.16.840.1.101.3.4.2.3', saltLength: 64, algorithm: SIGNATURE_ALGORITHM.sha512WithRsaPss },
];

/** An elliptic curve that Go's `crypto/x509` supports. */
export interface Curve {
  readonly oid: string;
  /** RFC 7518 §6.2.1.1. P-224 does not have a registered name; Go prints a name that is not registered. */
  readonly jwkName: string;
  readonly opensslName: string;
  readonly fieldBytes: number;
}

const CURVES: readonly Curve[] = [
  { oid: '1.3.132.0.33', jwkName: 'P-224', opensslName: 'secp224r1', fieldBytes: 28 },
  { oid: '1.2.840.10045.3.1.7', jwkName: 'P-256', opensslName: 'prime256v1', fieldBytes: 32 },
  { oid: '1.3.132.0.34', jwkName: 'P-384', opensslName: 'secp384r1', fieldBytes: 48 },
  { oid: '1.3.132.0.35', jwkName: 'P-521', opensslName: 'secp521r1', fieldBytes: 66 },
];

export const curveByOid = (oid: string): Curve | undefined => CURVES.find((curve) => curve.oid === oid);

/** A Go `x509.ExtKeyUsage` by OID, with the name that `KeyUsages` accepts. */
export interface ExtendedKeyUsage {
  readonly oid: string;
  readonly optionName: string;
}

/** In Go's order: the index is Go's number. */
export const EXTENDED_KEY_USAGES: readonly ExtendedKeyUsage[] = [
  { oid: '2.5.29.37.0', optionName: 'KeyUsageAny' },
  { oid: '1.3.6.1.5.5.7.3.1', optionName: 'KeyUsageServerAuth' },
  { oid: '1.3.6.1.5.5.7.3.2', optionName: 'KeyUsageClientAuth' },
  { oid: '1.3.6.1.5.5.7.3.3', optionName: 'KeyUsageCodeSigning' },
  { oid: '1.3.6.1.5.5.7.3.4', optionName: 'KeyUsageEmailProtection' },
  { oid: '1.3.6.1.5.5.7.3.5', optionName: 'KeyUsageIPSECEndSystem' },
  { oid: '1.3.6.1.5.5.7.3.6', optionName: 'KeyUsageIPSECTunnel' },
  { oid: '1.3.6.1.5.5.7.3.7', optionName: 'KeyUsageIPSECUser' },
  { oid: '1.3.6.1.5.5.7.3.8', optionName: 'KeyUsageTimeStamping' },
  { oid: '1.3.6.1.5.5.7.3.9', optionName: 'KeyUsageOCSPSigning' },
  { oid: '1.3.6.1.4.1.311.10.3.3', optionName: 'KeyUsageMicrosoftServerGatedCrypto' },
  { oid: '2.16.840.1.113730.4.1', optionName: 'KeyUsageNetscapeServerGatedCrypto' },
  { oid: '1.3.6.1.4.1.311.2.1.22', optionName: 'KeyUsageMicrosoftCommercialCodeSigning' },
  { oid: '1.3.6.1.4.1.311.61.1.1', optionName: 'KeyUsageMicrosoftKernelCodeSigning' },
];

export const ANY_EXTENDED_KEY_USAGE = 0;
export const SERVER_AUTH_KEY_USAGE = 1;
/** `KeyUsageCertSign`: the bit that allows a certificate to sign others. */
export const CERT_SIGN_KEY_USAGE = 1 << 5;
