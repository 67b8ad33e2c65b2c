import type { Buffer } from 'buffer';
import type { Budget } from '../../evaluate/budget.js';
import { constructedContextTag, contextTag, DerReader, oidText, rightAlign, TAG } from './der.js';
import { noExtensionFacts, parseExtension, readExtensions, type Extension, type ExtensionFacts } from './extensions.js';
import { fail } from './fail.js';
import { parseName, type Name } from './names.js';
import { parseSubjectPublicKey, type SubjectPublicKey } from './public-key.js';
import { signatureAlgorithmOf } from './signature-algorithm.js';
import { readTime, type DerTime } from './times.js';

export interface Certificate {
  readonly raw: Buffer;
  readonly rawTbs: Buffer;
  readonly rawSubject: Buffer;
  readonly rawIssuer: Buffer;
  readonly rawSubjectPublicKeyInfo: Buffer;
  readonly signature: Buffer;
  /** Go's `x509.SignatureAlgorithm`. */
  readonly signatureAlgorithm: number;
  readonly publicKey: SubjectPublicKey;
  /** 1 to 3. */
  readonly version: number;
  readonly serialNumber: bigint;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: DerTime;
  readonly notAfter: DerTime;
  readonly extensions: readonly Extension[];
  readonly facts: ExtensionFacts;
}

/** Real certificates are far smaller. Parsing cannot be interrupted, so the size limits the time. */
export const MAX_CERTIFICATE_BYTES = 32 * 1024;
/** Measured with the most expensive content found, many short URIs: 1 ms per KiB to parse and convert to JSON. */
const MILLISECONDS_PER_BYTE = 1 / 1_024;
const MAX_VERSION = 3;
const BYTES_PER_STEP = 4;

/** Parses consecutive certificates in DER. Throws Go's errors (`crypto/x509.ParseCertificates`). */
export function parseCertificates(der: Buffer, budget: Budget): Certificate[] {
  const reader = new DerReader(der);
  const certificates: Certificate[] = [];
  while (!reader.isEmpty) {
    const { full } = reader.readElement(TAG.sequence, 'x509: malformed certificate');
    certificates.push(parseElement(full, budget));
  }
  return certificates;
}

/** Parses one certificate and rejects trailing data. */
export function parseCertificate(der: Buffer, budget: Budget): Certificate {
  const reader = new DerReader(der);
  const certificate = parseElement(reader.readElement(TAG.sequence, 'x509: malformed certificate').full, budget);
  return reader.isEmpty ? certificate : fail('x509: trailing data');
}

function parseElement(raw: Buffer, budget: Budget): Certificate {
  if (raw.length > MAX_CERTIFICATE_BYTES) {
    return fail(`x509: certificate is longer than ${MAX_CERTIFICATE_BYTES} bytes`);
  }
  chargeForCertificate(raw.length, budget);
  const outer = new DerReader(raw).read(TAG.sequence, 'x509: malformed certificate');
  const tbsElement = outer.readElement(TAG.sequence, 'x509: malformed tbs certificate');
  const tbs = new DerReader(tbsElement.content);
  const version = readVersion(tbs);
  const serialNumber = readSerialNumber(tbs);
  const innerAlgorithm = tbs.readBytes(TAG.sequence, 'x509: malformed signature algorithm identifier');
  const outerAlgorithm = outer.readBytes(TAG.sequence, 'x509: malformed algorithm identifier');
  if (!innerAlgorithm.equals(outerAlgorithm)) {
    return fail("x509: inner and outer signature algorithm identifiers don't match");
  }
  const signatureAlgorithm = signatureAlgorithmOf(innerAlgorithm);
  const rawIssuer = tbs.readElement(TAG.sequence, 'x509: malformed issuer').full;
  const issuer = parseName(rawIssuer);
  const validity = tbs.read(TAG.sequence, 'x509: malformed validity');
  const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
  const rawSubject = tbs.readElement(TAG.sequence, 'x509: malformed issuer').full;
  const subject = parseName(rawSubject);
  const rawSubjectPublicKeyInfo = tbs.readElement(TAG.sequence, 'x509: malformed spki').full;
  const publicKey = parseSubjectPublicKey(rawSubjectPublicKeyInfo);
  const extensions = version > 1 ? readOptionalParts(tbs, version) : [];
  return {
    raw,
    rawTbs: tbsElement.full,
    rawSubject,
    rawIssuer,
    rawSubjectPublicKeyInfo,
    signature: rightAlign(outer.readBitString('x509: malformed signature')),
    signatureAlgorithm,
    publicKey,
    version,
    serialNumber,
    issuer,
    subject,
    notBefore,
    notAfter,
    extensions,
    facts: extensions.length === 0 ? noExtensionFacts() : readExtensions(extensions),
  };
}

/** Charges for parsing a certificate or a request of this size. Throws if parsing would not finish before the deadline. */
export function chargeForCertificate(bytes: number, budget: Budget): void {
  budget.step(Math.ceil(bytes / BYTES_PER_STEP));
  budget.reserve(bytes * MILLISECONDS_PER_BYTE);
}

function readVersion(tbs: DerReader): number {
  const explicit = tbs.readOptional(constructedContextTag(0), 'x509: malformed version');
  // The versions v1 to v3 are encoded as 0 to 2.
  const version = explicit === undefined ? 1 : explicit.readSmallInteger('x509: malformed version') + 1;
  if (version < 1 || version > MAX_VERSION + 1) {
    return fail('x509: malformed version');
  }
  return version > MAX_VERSION ? fail('x509: invalid version') : version;
}

function readSerialNumber(tbs: DerReader): bigint {
  const serialNumber = tbs.readInteger('x509: malformed serial number');
  return serialNumber < 0n ? fail('x509: negative serial number') : serialNumber;
}

function readOptionalParts(tbs: DerReader, version: number): Extension[] {
  tbs.readOptional(contextTag(1), 'x509: malformed issuerUniqueID');
  tbs.readOptional(contextTag(2), 'x509: malformed subjectUniqueID');
  const fault = 'x509: malformed extensions';
  const wrapper = version === MAX_VERSION ? tbs.readOptional(constructedContextTag(3), fault) : undefined;
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  const sequence = wrapper?.read(TAG.sequence, fault);
  while (sequence !== undefined && !sequence.isEmpty) {
    const extension = parseExtension(sequence.read(TAG.sequence, 'x509: malformed extension'));
    const oid = oidText(extension.oid);
    if (seen.has(oid)) {
      return fail(`x509: certificate contains duplicate extension with OID "${oid}"`);
    }
    seen.add(oid);
    extensions.push(extension);
  }
  return extensions;
}
