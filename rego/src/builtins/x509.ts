import { Buffer } from 'buffer';
import { LimitExceeded } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { RegoObject } from '../values/object.js';
import type { Value } from '../values/value.js';
import type { Builtin, BuiltinContext } from './builtin.js';
import { decodeBase64 } from './x509/base64.js';
import { parseCertificates, type Certificate } from './x509/certificate.js';
import { certificateJson } from './x509/certificate-json.js';
import { certificateRequestJson } from './x509/certificate-request.js';
import { checkInputLength, fail } from './x509/fail.js';
import { valueOf } from './x509/json-tree.js';
import { keyPairJson } from './x509/key-pair.js';
import { nextPemBlock, pemBlocks, pemText } from './x509/pem.js';
import {
  parsePkcs1,
  parsePkcs8,
  parseSec1,
  privateKeyJson,
  privateKeyJwk,
  type PrivateKey,
} from './x509/private-key.js';
import { verifyChain } from './x509/verify-chain.js';
import { verifyOptionsOf } from './x509/verify-options.js';

const BEGIN = '-----BEGIN';
const REQUEST_BEGIN = '-----BEGIN CERTIFICATE REQUEST-----';
/** The JSON of a certificate contains the certificate several times, in base64. */
const VALUE_BYTES_PER_INPUT_CHARACTER = 16;
const CHARACTERS_PER_STEP = 16;
/** A consistency check of a key multiplies and divides its parts, which takes time quadratic in their size. */
const MS_PER_4_KIB_OF_KEY = 2;
const KIB_4 = 4_096;
/** The time to decode base64 and PEM. */
const MILLISECONDS_PER_CHARACTER = 1 / 100_000;

/** `crypto.x509.*` and `crypto.parse_private_keys`, with the JSON that Go writes for its types (OPA `topdown/crypto.go`). */
export const X509_BUILTINS: readonly Builtin[] = [
  {
    name: 'crypto.x509.parse_certificates',
    args: [['string']],
    result: ['array'],
    call: ([text], { budget }) => valueOf(certificatesOf(charged(text, budget), budget).map(certificateJson)),
  },
  {
    name: 'crypto.x509.parse_and_verify_certificates',
    args: [['string']],
    result: ['array'],
    call: ([text], context) => verified(text, RegoObject.EMPTY, context),
  },
  {
    name: 'crypto.x509.parse_and_verify_certificates_with_options',
    args: [['string'], ['object']],
    result: ['array'],
    call: ([text, options], context) => verified(text, options as RegoObject, context),
  },
  {
    name: 'crypto.x509.parse_certificate_request',
    args: [['string']],
    result: ['object'],
    call: ([text], { budget }) => valueOf(certificateRequestJson(requestDer(charged(text, budget), budget), budget)),
  },
  {
    name: 'crypto.x509.parse_keypair',
    args: [['string'], ['string']],
    result: ['object'],
    call: ([certificate, key], { budget }) =>
      valueOf(keyPairJson(charged(certificate, budget), charged(key, budget), budget)),
  },
  {
    name: 'crypto.x509.parse_rsa_private_key',
    args: [['string']],
    result: ['object'],
    call: ([text], { budget }) => firstKeyAsJwk(charged(text, budget), budget),
  },
  {
    name: 'crypto.parse_private_keys',
    args: [['string']],
    result: ['array', 'null'],
    call: ([text], { budget }) => privateKeys(charged(text, budget), budget),
  },
];

function charged(value: Value | undefined, budget: Budget): string {
  const text = value as string;
  checkInputLength(text, 'the certificate or key');
  budget.step(1 + Math.ceil(text.length / CHARACTERS_PER_STEP));
  budget.allocate(text.length * VALUE_BYTES_PER_INPUT_CHARACTER);
  budget.reserve(text.length * MILLISECONDS_PER_CHARACTER);
  return text;
}

/** Reads PEM, base64-encoded PEM, or base64-encoded DER. */
function certificatesOf(text: string, budget: Budget): Certificate[] {
  if (text.startsWith(BEGIN)) {
    return certificatesOfPem(pemText(text), budget);
  }
  const decoded = decodeBase64(text, 'standard');
  const decodedText = pemText(decoded);
  return decodedText.startsWith(BEGIN) ? certificatesOfPem(decodedText, budget) : parseCertificates(decoded, budget);
}

function certificatesOfPem(pem: string, budget: Budget): Certificate[] {
  const blocks = pemBlocks(pem, budget);
  const other = blocks.find(({ type }) => type !== 'CERTIFICATE');
  return other === undefined
    ? parseCertificates(Buffer.concat(blocks.map(({ bytes }) => bytes)), budget)
    : fail(`PEM block type is '${other.type}', expected CERTIFICATE`);
}

/**
 * Returns `[true, chain]` from the leaf up, or `[false, []]` on any failure. The first certificate is the root, and the last one is the
 * leaf.
 */
function verified(text: Value | undefined, options: RegoObject, { budget, nowNanos }: BuiltinContext): Value {
  const certificates = parsedIfValid(charged(text, budget), budget);
  if (certificates === undefined) {
    return [false, []]; // OPA checks the options only after this.
  }
  const verifyOptions = verifyOptionsOf(options, nowNanos);
  const [root] = certificates;
  const leaf = certificates.at(-1);
  if (root === undefined || leaf === undefined || certificates.length < 2) {
    return [false, []];
  }
  const chain = verifyChain(leaf, root, certificates.slice(1, -1), verifyOptions, budget);
  return chain === undefined ? [false, []] : [true, valueOf(chain.map(certificateJson))];
}

function parsedIfValid(text: string, budget: Budget): Certificate[] | undefined {
  try {
    return certificatesOf(text, budget);
  } catch (error) {
    if (error instanceof LimitExceeded) {
      throw error;
    }
    return undefined;
  }
}

function requestDer(text: string, budget: Budget): Buffer {
  const isPem = text.startsWith(REQUEST_BEGIN);
  const decoded = isPem ? Buffer.alloc(0) : decodeBase64(text, 'standard');
  const block = nextPemBlock(isPem ? pemText(text) : pemText(decoded), 0, budget);
  if (block !== undefined && block.type !== 'CERTIFICATE REQUEST') {
    return fail('invalid PEM-encoded certificate signing request');
  }
  return block?.bytes ?? decoded;
}

function firstKeyAsJwk(text: string, budget: Budget): Value {
  if (text === '') {
    return fail('input PEM data was empty');
  }
  if (!text.startsWith(BEGIN)) {
    decodeBase64(text, 'standard'); // Throws for text that is neither PEM nor base64.
  }
  const [key] = privateKeysOf(text, budget);
  if (key === undefined) {
    return null;
  }
  return valueOf(
    privateKeyJwk(key) ?? fail('the key cannot be written as a JWK: it must be an RSA, EC or Ed25519 key'),
  );
}

function privateKeys(text: string, budget: Budget): Value {
  return text === '' ? null : valueOf(privateKeysOf(text, budget).map(privateKeyJson));
}

/** Returns the keys in PEM or base64-encoded PEM; skips blocks of other types. */
function privateKeysOf(text: string, budget: Budget): PrivateKey[] {
  return pemBlocks(pemOf(text), budget).flatMap(({ type, bytes }) => {
    budget.reserve(MS_PER_4_KIB_OF_KEY * (bytes.length / KIB_4) ** 2);
    switch (type) {
      case 'RSA PRIVATE KEY':
        return [parsePkcs1(bytes)];
      case 'PRIVATE KEY':
        return [parsePkcs8(bytes)];
      case 'EC PRIVATE KEY':
        return [parseSec1(bytes)];
      default:
        return [];
    }
  });
}

function pemOf(text: string): string {
  try {
    return pemText(decodeBase64(text, 'standard'));
  } catch {
    return pemText(text);
  }
}
