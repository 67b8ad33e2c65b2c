import { oidText, type Oid } from './der.js';
import type { Certificate } from './certificate.js';
import type { Extension } from './extensions.js';
import { ipText } from './ip.js';
import type { AlternativeNames } from './alternative-names.js';
import type { IpRange } from './name-constraints.js';
import { nameJson } from './names.js';
import { publicKeyJson } from './public-key.js';
import { bytesJson, sliceJson, stringsJson, type Json, type JsonObject } from './json-tree.js';

/**
 * Returns the JSON that Go's `encoding/json` writes for `x509.Certificate` (Go 1.24). Policies written for OPA expect exactly these
 * members.
 */
export function goCertificateJson(certificate: Certificate): JsonObject {
  const { facts } = certificate;
  return {
    Raw: bytesJson(certificate.raw),
    RawTBSCertificate: bytesJson(certificate.rawTbs),
    RawSubjectPublicKeyInfo: bytesJson(certificate.rawSubjectPublicKeyInfo),
    RawSubject: bytesJson(certificate.rawSubject),
    RawIssuer: bytesJson(certificate.rawIssuer),
    Signature: bytesJson(certificate.signature),
    SignatureAlgorithm: certificate.signatureAlgorithm,
    PublicKeyAlgorithm: certificate.publicKey.algorithm,
    PublicKey: publicKeyJson(certificate.publicKey.key),
    Version: certificate.version,
    SerialNumber: certificate.serialNumber,
    Issuer: nameJson(certificate.issuer),
    Subject: nameJson(certificate.subject),
    NotBefore: certificate.notBefore.text,
    NotAfter: certificate.notAfter.text,
    KeyUsage: facts.keyUsage,
    Extensions: extensionsJson(certificate.extensions),
    ExtraExtensions: null,
    UnhandledCriticalExtensions: sliceJson(facts.unhandledCritical, oidJson),
    ExtKeyUsage: sliceJson(facts.extKeyUsage, (usage) => usage),
    UnknownExtKeyUsage: sliceJson(facts.unknownExtKeyUsage, oidJson),
    BasicConstraintsValid: facts.basicConstraintsValid,
    IsCA: facts.isCa,
    MaxPathLen: facts.maxPathLen,
    MaxPathLenZero: facts.basicConstraintsValid && facts.maxPathLen === 0,
    SubjectKeyId: bytesJson(facts.subjectKeyId),
    AuthorityKeyId: bytesJson(facts.authorityKeyId),
    OCSPServer: stringsJson(facts.ocspServer),
    IssuingCertificateURL: stringsJson(facts.issuingCertificateUrl),
    ...alternativeNamesJson(facts),
    ...constraintsJson(certificate),
    CRLDistributionPoints: stringsJson(facts.crlDistributionPoints),
    ...policiesJson(certificate),
  };
}

/** OPA also adds the URIs as strings, since `URIs` contains only their parts. */
export function certificateJson(certificate: Certificate): JsonObject {
  const uris = certificate.facts.uris.map(({ text }) => text);
  return { ...goCertificateJson(certificate), URIStrings: stringsJson(uris) };
}

export function extensionsJson(extensions: readonly Extension[]): Json {
  return sliceJson(extensions, ({ oid, critical, value }) => ({
    Id: oidJson(oid),
    Critical: critical,
    Value: bytesJson(value),
  }));
}

export function alternativeNamesJson(names: AlternativeNames): JsonObject {
  return {
    DNSNames: stringsJson(names.dnsNames),
    EmailAddresses: stringsJson(names.emailAddresses),
    IPAddresses: sliceJson(names.ipAddresses, ipText),
    URIs: sliceJson(names.uris, ({ json }) => json),
  };
}

function constraintsJson({ facts }: Certificate): JsonObject {
  const { permitted, excluded, critical } = facts.nameConstraints;
  return {
    PermittedDNSDomainsCritical: critical,
    PermittedDNSDomains: stringsJson(permitted.dns),
    ExcludedDNSDomains: stringsJson(excluded.dns),
    PermittedIPRanges: sliceJson(permitted.ip, rangeJson),
    ExcludedIPRanges: sliceJson(excluded.ip, rangeJson),
    PermittedEmailAddresses: stringsJson(permitted.email),
    ExcludedEmailAddresses: stringsJson(excluded.email),
    PermittedURIDomains: stringsJson(permitted.uri),
    ExcludedURIDomains: stringsJson(excluded.uri),
  };
}

function policiesJson({ facts }: Certificate): JsonObject {
  const { policies } = facts;
  return {
    PolicyIdentifiers: policies === undefined ? null : policies.map(oidJson),
    Policies: sliceJson(policies ?? [], oidText),
    InhibitAnyPolicy: facts.inhibitAnyPolicy ?? 0,
    InhibitAnyPolicyZero: facts.inhibitAnyPolicy === 0,
    InhibitPolicyMapping: facts.inhibitPolicyMapping ?? 0,
    InhibitPolicyMappingZero: facts.inhibitPolicyMapping === 0,
    RequireExplicitPolicy: facts.requireExplicitPolicy ?? 0,
    RequireExplicitPolicyZero: facts.requireExplicitPolicy === 0,
    PolicyMappings: sliceJson(facts.policyMappings, ({ issuer, subject }) => ({
      IssuerDomainPolicy: oidText(issuer),
      SubjectDomainPolicy: oidText(subject),
    })),
  };
}

const oidJson = (oid: Oid): Json => oid;
const rangeJson = ({ ip, mask }: IpRange): Json => ({ IP: ipText(ip), Mask: bytesJson(mask) });
