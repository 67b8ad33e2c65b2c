import type { Buffer } from 'buffer';
import type { Budget } from '../../evaluate/budget.js';
import { parseAlternativeNames, type AlternativeNames } from './alternative-names.js';
import { chargeForCertificate, MAX_CERTIFICATE_BYTES } from './certificate.js';
import { alternativeNamesJson, extensionsJson } from './certificate-json.js';
import { constructedContextTag, DerReader, oidText, rightAlign, TAG, type DerElement, type Oid } from './der.js';
import { parseExtension, type Extension } from './extensions.js';
import { fail } from './fail.js';
import { bytesJson, sliceJson, type Json, type JsonObject } from './json-tree.js';
import { asn1String, nameJson, parseName } from './names.js';
import { OID } from './oids.js';
import { parseSubjectPublicKey, publicKeyJson } from './public-key.js';
import { signatureAlgorithmOf } from './signature-algorithm.js';
import { readTime } from './times.js';

const TRUNCATED = 'asn1: syntax error: data truncated';
const NO_NAMES: AlternativeNames = { dnsNames: [], emailAddresses: [], ipAddresses: [], uris: [] };

/**
 * Returns a PKCS #10 request (RFC 2986) as Go's `encoding/json` writes `x509.CertificateRequest`. As in OPA, the signature is not verified.
 */
export function certificateRequestJson(der: Buffer, budget: Budget): JsonObject {
  if (der.length > MAX_CERTIFICATE_BYTES) {
    return fail(`x509: certificate request is longer than ${MAX_CERTIFICATE_BYTES} bytes`);
  }
  chargeForCertificate(der.length, budget);
  const input = new DerReader(der);
  const outerElement = readSequence(input, der);
  if (!input.isEmpty) {
    return fail('asn1: syntax error: trailing data');
  }
  const outer = new DerReader(outerElement.content);
  const tbsElement = outer.readElement(TAG.sequence, structureError('tbsCertificateRequest'));
  const tbs = new DerReader(tbsElement.content);
  const version = tbs.readSmallInteger(structureError('version'));
  const rawSubject = tbs.readElement(TAG.sequence, structureError('subject')).full;
  const rawKey = tbs.readElement(TAG.sequence, structureError('subjectPublicKeyInfo')).full;
  const attributes = tbs.readOptional(constructedContextTag(0), structureError('attributes'));
  const algorithm = outer.readBytes(TAG.sequence, structureError('signatureAlgorithm'));
  const signature = rightAlign(outer.readBitString(structureError('signature')));
  const publicKey = parseSubjectPublicKey(rawKey);
  const subject = parseName(rawSubject);
  const read = readAttributes(attributes);
  return {
    Raw: bytesJson(outerElement.full),
    RawTBSCertificateRequest: bytesJson(tbsElement.full),
    RawSubjectPublicKeyInfo: bytesJson(rawKey),
    RawSubject: bytesJson(rawSubject),
    Version: version,
    Signature: bytesJson(signature),
    SignatureAlgorithm: signatureAlgorithmOf(algorithm),
    PublicKeyAlgorithm: publicKey.algorithm,
    PublicKey: publicKeyJson(publicKey.key),
    Subject: nameJson(subject),
    Attributes: sliceJson(read.attributes, (attribute) => attribute),
    Extensions: extensionsJson(read.extensions),
    ExtraExtensions: null,
    ...alternativeNamesJson(namesOf(read.extensions)),
  };
}

function readSequence(input: DerReader, der: Buffer): DerElement {
  if (der.length < 2) {
    return fail(TRUNCATED);
  }
  // Go compares the tag before it checks that enough bytes remain.
  return input.nextIs(TAG.sequence)
    ? input.readElement(TAG.sequence, TRUNCATED)
    : fail(structureError(`certificateRequest, found tag ${der[0] ?? 0}`));
}

const structureError = (where: string): string => `asn1: structure error: tags don't match (${where})`;

interface RequestAttributes {
  readonly attributes: Json[];
  readonly extensions: Extension[];
}

function readAttributes(reader: DerReader | undefined): RequestAttributes {
  const read: RequestAttributes = { attributes: [], extensions: [] };
  while (reader !== undefined && !reader.isEmpty) {
    const element = reader.readElement(TAG.sequence, structureError('attribute'));
    const attribute = attributeJson(element.content);
    if (attribute !== undefined) {
      read.attributes.push(attribute);
    }
    read.extensions.push(...requestedExtensions(element.content));
  }
  return read;
}

/** Go's deprecated `Attributes` includes only attributes whose values look like lists of typed values; others are omitted. */
function attributeJson(content: Buffer): Json | undefined {
  try {
    const reader = new DerReader(content);
    const type = reader.readOid(TRUNCATED);
    const set = reader.read(TAG.set, TRUNCATED);
    const value: Json[] = [];
    while (!set.isEmpty) {
      const sequence = set.read(TAG.sequence, TRUNCATED);
      const members: Json[] = [];
      while (!sequence.isEmpty) {
        members.push(typedValueJson(sequence.read(TAG.sequence, TRUNCATED)));
      }
      value.push(members);
    }
    return { Type: type, Value: value };
  } catch {
    return undefined;
  }
}

function typedValueJson(reader: DerReader): Json {
  const type: Oid = reader.readOid(TRUNCATED);
  return { Type: type, Value: anyJson(reader.readAny(TRUNCATED)) };
}

/** Decodes a value of unspecified type, as Go's `encoding/asn1` does for an `interface{}`. */
function anyJson(element: DerElement): Json {
  const reader = new DerReader(element.full);
  switch (element.tag) {
    case TAG.boolean:
      return reader.readBoolean(TRUNCATED);
    case TAG.integer:
      return reader.readInteger(TRUNCATED);
    case TAG.octetString:
      return bytesJson(element.content);
    case TAG.oid:
      return reader.readOid(TRUNCATED);
    case TAG.bitString: {
      const bits = reader.readBitString(TRUNCATED);
      return { Bytes: bytesJson(bits.bytes), BitLength: bits.bytes.length * 8 - bits.unusedBits };
    }
    case TAG.utcTime:
    case TAG.generalizedTime:
      return readTime(reader).text;
    default: {
      const text = asn1String(element.tag, element.content);
      return text.ok ? text.value : null;
    }
  }
}

function requestedExtensions(attribute: Buffer): Extension[] {
  const reader = new DerReader(attribute);
  if (oidText(reader.readOid(structureError('attribute type'))) !== OID.extensionRequest) {
    return [];
  }
  const fault = structureError('extension request');
  const sequence = reader.read(TAG.set, fault).read(TAG.sequence, fault);
  const extensions: Extension[] = [];
  const seen = new Set<string>();
  while (!sequence.isEmpty) {
    const extension = parseExtension(sequence.read(TAG.sequence, fault));
    if (seen.has(oidText(extension.oid))) {
      return fail('x509: certificate request contains duplicate requested extensions');
    }
    seen.add(oidText(extension.oid));
    extensions.push(extension);
  }
  return extensions;
}

function namesOf(extensions: readonly Extension[]): AlternativeNames {
  const extension = extensions.find(({ oid }) => oidText(oid) === OID.subjectAltName);
  return extension === undefined ? NO_NAMES : parseAlternativeNames(extension.value);
}
