import type { Buffer } from 'buffer';
import { constructedContextTag, contextTag, DerReader, integerOf, oidText, TAG, type Oid } from './der.js';
import { fail } from './fail.js';
import { parseAlternativeNames, type AlternativeNames } from './alternative-names.js';
import { NO_CONSTRAINTS, parseNameConstraints, type NameConstraints } from './name-constraints.js';
import { EXTENDED_KEY_USAGES, OID } from './oids.js';

export interface Extension {
  readonly oid: Oid;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** The values that Go's `x509.Certificate` stores for the extensions that it supports; the members have the same names as in Go. */
export interface ExtensionFacts extends AlternativeNames {
  unhandledCritical: Oid[];
  keyUsage: number;
  extKeyUsage: number[];
  unknownExtKeyUsage: Oid[];
  basicConstraintsValid: boolean;
  isCa: boolean;
  maxPathLen: number;
  subjectKeyId: Buffer | undefined;
  authorityKeyId: Buffer | undefined;
  ocspServer: string[];
  issuingCertificateUrl: string[];
  nameConstraints: NameConstraints;
  crlDistributionPoints: string[];
  policies: Oid[] | undefined;
  policyMappings: { readonly issuer: Oid; readonly subject: Oid }[];
  inhibitAnyPolicy: number | undefined;
  inhibitPolicyMapping: number | undefined;
  requireExplicitPolicy: number | undefined;
}

const KEY_USAGE_BITS = 9;

export function parseExtension(reader: DerReader): Extension {
  const oid = reader.readOid('x509: malformed extension OID field');
  const critical = reader.nextIs(TAG.boolean) && reader.readBoolean('x509: malformed extension critical field');
  return { oid, critical, value: reader.readBytes(TAG.octetString, 'x509: malformed extension value field') };
}

export function noExtensionFacts(): ExtensionFacts {
  return {
    unhandledCritical: [],
    keyUsage: 0,
    extKeyUsage: [],
    unknownExtKeyUsage: [],
    basicConstraintsValid: false,
    isCa: false,
    maxPathLen: 0,
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    ocspServer: [],
    issuingCertificateUrl: [],
    dnsNames: [],
    emailAddresses: [],
    ipAddresses: [],
    uris: [],
    nameConstraints: NO_CONSTRAINTS,
    crlDistributionPoints: [],
    policies: undefined,
    policyMappings: [],
    inhibitAnyPolicy: undefined,
    inhibitPolicyMapping: undefined,
    requireExplicitPolicy: undefined,
  };
}

/** Reads each extension that Go supports. Records other critical extensions, so that chain verification rejects the certificate. */
export function readExtensions(extensions: readonly Extension[]): ExtensionFacts {
  const facts = noExtensionFacts();
  for (const extension of extensions) {
    const handler = HANDLERS.get(oidText(extension.oid));
    const isHandled = handler !== undefined && handler(facts, extension) !== 'unhandled';
    if (extension.critical && !isHandled) {
      facts.unhandledCritical.push(extension.oid);
    }
  }
  return facts;
}

type Handler = (facts: ExtensionFacts, extension: Extension) => 'unhandled' | void;

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  [OID.keyUsage, readKeyUsage],
  [OID.basicConstraints, readBasicConstraints],
  [OID.subjectAltName, readAlternativeNames],
  [OID.nameConstraints, readNameConstraints],
  [OID.crlDistributionPoints, readCrlDistributionPoints],
  [OID.authorityKeyId, readAuthorityKeyId],
  [OID.subjectKeyId, readSubjectKeyId],
  [OID.policyConstraints, readPolicyConstraints],
  [OID.extendedKeyUsage, readExtendedKeyUsage],
  [OID.certificatePolicies, readPolicies],
  [OID.policyMappings, readPolicyMappings],
  [OID.inhibitAnyPolicy, readInhibitAnyPolicy],
  [OID.authorityInfoAccess, readAuthorityInfoAccess],
]);

function readKeyUsage(facts: ExtensionFacts, { value }: Extension): void {
  const { bytes } = new DerReader(value).readBitString('x509: invalid key usage');
  for (let bit = 0; bit < KEY_USAGE_BITS; bit++) {
    const byte = bytes[bit >> 3] ?? 0;
    facts.keyUsage |= ((byte >> (7 - (bit & 7))) & 1) << bit;
  }
}

function readBasicConstraints(facts: ExtensionFacts, { value }: Extension): void {
  const fault = 'x509: invalid basic constraints';
  const sequence = new DerReader(value).read(TAG.sequence, fault);
  facts.basicConstraintsValid = true;
  facts.isCa = sequence.nextIs(TAG.boolean) && sequence.readBoolean(fault);
  facts.maxPathLen = sequence.nextIs(TAG.integer) ? sequence.readSmallInteger(fault) : -1;
  if (facts.maxPathLen < -1) {
    fail(fault);
  }
}

function readAlternativeNames(facts: ExtensionFacts, { value }: Extension): 'unhandled' | void {
  const names = parseAlternativeNames(value);
  Object.assign(facts, names);
  const count = names.dnsNames.length + names.emailAddresses.length + names.ipAddresses.length + names.uris.length;
  return count === 0 ? 'unhandled' : undefined;
}

function readNameConstraints(facts: ExtensionFacts, { value, critical }: Extension): 'unhandled' | void {
  facts.nameConstraints = parseNameConstraints(value, critical);
  return facts.nameConstraints.hasUnhandled ? 'unhandled' : undefined;
}

function readCrlDistributionPoints(facts: ExtensionFacts, { value }: Extension): void {
  const fault = 'x509: invalid CRL distribution point';
  const points = new DerReader(value).read(TAG.sequence, `${fault}s`);
  while (!points.isEmpty) {
    const name = points.read(TAG.sequence, fault).readOptional(constructedContextTag(0), fault);
    if (name === undefined) {
      continue;
    }
    const fullName = name.read(constructedContextTag(0), fault);
    while (fullName.nextIs(contextTag(6))) {
      facts.crlDistributionPoints.push(fullName.readBytes(contextTag(6), fault).toString('latin1'));
    }
  }
}

function readAuthorityKeyId(facts: ExtensionFacts, { value, critical }: Extension): void {
  if (critical) {
    fail('x509: authority key identifier incorrectly marked critical');
  }
  const fault = 'x509: invalid authority key identifier';
  const sequence = new DerReader(value).read(TAG.sequence, fault);
  facts.authorityKeyId = sequence.nextIs(contextTag(0)) ? sequence.readBytes(contextTag(0), fault) : undefined;
}

function readSubjectKeyId(facts: ExtensionFacts, { value, critical }: Extension): void {
  if (critical) {
    fail('x509: subject key identifier incorrectly marked critical');
  }
  facts.subjectKeyId = new DerReader(value).readBytes(TAG.octetString, 'x509: invalid subject key identifier');
}

function readPolicyConstraints(facts: ExtensionFacts, { value }: Extension): void {
  const fault = 'x509: invalid policy constraints extension';
  const sequence = new DerReader(value).read(TAG.sequence, fault);
  if (sequence.nextIs(contextTag(0))) {
    facts.requireExplicitPolicy = sequence.readSmallInteger(fault, contextTag(0));
  }
  if (sequence.nextIs(contextTag(1))) {
    facts.inhibitPolicyMapping = sequence.readSmallInteger(fault, contextTag(1));
  }
}

function readExtendedKeyUsage(facts: ExtensionFacts, { value }: Extension): void {
  const fault = 'x509: invalid extended key usages';
  const sequence = new DerReader(value).read(TAG.sequence, fault);
  while (!sequence.isEmpty) {
    const oid = sequence.readOid(fault);
    const known = EXTENDED_KEY_USAGES.findIndex((usage) => usage.oid === oidText(oid));
    if (known >= 0) {
      facts.extKeyUsage.push(known);
    } else {
      facts.unknownExtKeyUsage.push(oid);
    }
  }
}

function readPolicies(facts: ExtensionFacts, { value }: Extension): void {
  const fault = 'x509: invalid certificate policies';
  const sequence = new DerReader(value).read(TAG.sequence, fault);
  const policies = new Map<string, Oid>();
  while (!sequence.isEmpty) {
    const oid = sequence.read(TAG.sequence, fault).readOid(fault);
    if (policies.has(oidText(oid))) {
      fail(fault);
    }
    policies.set(oidText(oid), oid);
  }
  facts.policies = [...policies.values()];
}

function readPolicyMappings(facts: ExtensionFacts, { value }: Extension): void {
  const fault = 'x509: invalid policy mappings extension';
  const sequence = new DerReader(value).read(TAG.sequence, fault);
  while (!sequence.isEmpty) {
    const mapping = sequence.read(TAG.sequence, fault);
    facts.policyMappings.push({ issuer: mapping.readOid(fault), subject: mapping.readOid(fault) });
  }
}

function readInhibitAnyPolicy(facts: ExtensionFacts, { value }: Extension): void {
  const fault = 'x509: invalid inhibit any policy extension';
  facts.inhibitAnyPolicy = Number(integerOf(new DerReader(value).readBytes(TAG.integer, fault), fault));
}

function readAuthorityInfoAccess(facts: ExtensionFacts, { value, critical }: Extension): void {
  if (critical) {
    fail('x509: authority info access incorrectly marked critical');
  }
  const fault = 'x509: invalid authority info access';
  const sequence = new DerReader(value).read(TAG.sequence, fault);
  while (!sequence.isEmpty) {
    const description = sequence.read(TAG.sequence, fault);
    const method = oidText(description.readOid(fault));
    if (!description.nextIs(contextTag(6))) {
      continue;
    }
    const location = description.readBytes(contextTag(6), fault).toString('latin1');
    if (method === OID.ocsp) {
      facts.ocspServer.push(location);
    } else if (method === OID.caIssuers) {
      facts.issuingCertificateUrl.push(location);
    }
  }
}
