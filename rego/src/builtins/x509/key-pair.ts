import { Buffer } from 'buffer';
import type { Budget } from '../../evaluate/budget.js';
import { decodeBase64 } from './base64.js';
import { parseCertificate, type Certificate } from './certificate.js';
import { goCertificateJson } from './certificate-json.js';
import { fail } from './fail.js';
import { bytesJson, type JsonObject } from './json-tree.js';
import { pemBlocks, pemText, type PemBlock } from './pem.js';
import { parsePkcs1, parsePkcs8, parseSec1, privateKeyJson, type PrivateKey } from './private-key.js';

const BEGIN = '-----BEGIN ';

/**
 * Returns a certificate chain (leaf first) with the private key of its leaf, as Go's `encoding/json` writes `tls.Certificate`. Both inputs
 * are PEM, base64-encoded PEM, or base64-encoded DER. Throws Go's errors (`tls.X509KeyPair`) if a part is missing or the key does not
 * match.
 */
export function keyPairJson(certificateText: string, keyText: string, budget: Budget): JsonObject {
  const certificatePem = blocksOf(certificateText, 'CERTIFICATE', budget);
  const keyPem = blocksOf(keyText, 'PRIVATE KEY', budget);
  const chain = certificateBlocks(certificatePem);
  const keyDer = keyBlock(keyPem).bytes;
  const leaf = parseCertificate(chain[0]?.bytes ?? Buffer.alloc(0), budget);
  const key = parseAnyPrivateKey(keyDer);
  checkSameKey(leaf, key);
  return {
    Certificate: chain.map(({ bytes }) => bytesJson(bytes)),
    PrivateKey: privateKeyJson(key),
    SupportedSignatureAlgorithms: null,
    OCSPStaple: null,
    SignedCertificateTimestamps: null,
    Leaf: goCertificateJson(leaf),
  };
}

function blocksOf(text: string, derType: string, budget: Budget): PemBlock[] {
  if (text.startsWith(BEGIN)) {
    return pemBlocks(pemText(text), budget);
  }
  const decoded = decodeBase64(text, 'standard');
  const decodedText = pemText(decoded);
  return decodedText.startsWith(BEGIN)
    ? pemBlocks(decodedText, budget)
    : [{ type: derType, bytes: decoded, end: decoded.length }];
}

function certificateBlocks(blocks: readonly PemBlock[]): PemBlock[] {
  const certificates = blocks.filter(({ type }) => type === 'CERTIFICATE');
  const skipped = blocks.map(({ type }) => type);
  if (certificates.length > 0) {
    return certificates;
  }
  if (skipped.length === 0) {
    return fail('tls: failed to find any PEM data in certificate input');
  }
  return skipped.length === 1 && skipped[0]?.endsWith('PRIVATE KEY') === true
    ? fail(
        'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
      )
    : fail(
        `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${skipped.join(' ')}]`,
      );
}

function keyBlock(blocks: readonly PemBlock[]): PemBlock {
  const key = blocks.find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  const skipped = blocks.map(({ type }) => type);
  if (key !== undefined) {
    return key;
  }
  if (skipped.length === 0) {
    return fail('tls: failed to find any PEM data in key input');
  }
  return skipped.length === 1 && skipped[0] === 'CERTIFICATE'
    ? fail('tls: found a certificate rather than a key in the PEM for the private key')
    : fail(
        `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${skipped.join(' ')}]`,
      );
}

/** OpenSSL writes keys in different forms under the same name, so each form is tried. */
function parseAnyPrivateKey(der: Buffer): PrivateKey {
  for (const parse of [parsePkcs1, parsePkcs8, parseSec1] as const) {
    try {
      return parse(der);
    } catch {
      continue;
    }
  }
  return fail('tls: failed to parse private key');
}

function checkSameKey({ publicKey }: Certificate, key: PrivateKey): void {
  const stated = publicKey.key;
  if (stated === undefined) {
    return fail('tls: unknown public key algorithm');
  }
  const isSame =
    (stated.kind === 'rsa' && key.kind === 'rsa' && stated.modulus === key.modulus) ||
    (stated.kind === 'ec' && key.kind === 'ec' && stated.x === key.x && stated.y === key.y) ||
    (stated.kind === 'ed25519' && key.kind === 'ed25519' && stated.bytes.equals(key.publicBytes));
  if (stated.kind !== key.kind) {
    fail('tls: private key type does not match public key type');
  }
  if (!isSame) {
    fail('tls: private key does not match public key');
  }
}
