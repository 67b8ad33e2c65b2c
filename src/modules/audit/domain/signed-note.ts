import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/**
 * C2SP signed notes (https://c2sp.org/signed-note): text that ends with a newline, then an empty line, and then a line for each signature.
 * This product's notes always contain one Ed25519 signature: `— <name of the key> <base64 of the key's hash and the signature>`.
 */

const ED25519 = Buffer.of(1);
const HASH_BYTES = 4;
/** The bytes before the 32 key bytes of an Ed25519 key in SPKI (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
/** An Ed25519 signature has 64 bytes. With the key's hash before it, the base64 always ends in one `=`. */
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]{91}=)$/;

/** A public key for verifying notes. */
export interface NoteVerifier {
  /** The name of the key; `null` for a key that is identified only by its bytes; for such a key, any name is accepted. */
  readonly name: string | null;
  readonly key: KeyObject;
}

/** Returns a public key in the C2SP format: `<name>+<hash>+<key>`. */
export function verifierText(name: string, key: KeyObject): string {
  const bytes = rawKey(key);
  return `${name}+${keyHash(name, bytes).toString('hex')}+${Buffer.concat([ED25519, bytes]).toString('base64')}`;
}

/**
 * Parses a public key in the C2SP format or PEM (SPKI, Ed25519).
 * @returns `null` for any other input, and when the hash does not match the name and key.
 */
export function parseVerifier(text: string): NoteVerifier | null {
  const trimmed = text.trim();
  if (trimmed.startsWith('-----BEGIN PUBLIC KEY-----')) return parsePem(trimmed);
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(trimmed);
  if (match === null) return null;
  const [, name = '', hex, base64 = ''] = match;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== 33 || bytes[0] !== ED25519[0]) return null;
  const raw = bytes.subarray(1);
  if (keyHash(name, raw).toString('hex') !== hex) return null;
  return { name, key: createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' }) };
}

/** Signs text, which must end with a newline and must not contain an empty line. */
export function signNote(text: string, name: string, privateKey: KeyObject): string {
  const signature = sign(null, Buffer.from(text), privateKey);
  const id = keyHash(name, rawKey(createPublicKey(privateKey)));
  return `${text}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/**
 * Returns the text of a note that this key signed; `null` when the key did not sign it, or when the input is not a note. Ignores unknown
 * signatures.
 */
export function openNote(note: string, verifier: NoteVerifier): string | null {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  return lines.some((line) => isSignedBy(text, line, verifier)) ? text : null;
}

function isSignedBy(text: string, line: string, verifier: NoteVerifier): boolean {
  const match = SIGNATURE_LINE.exec(line);
  if (match === null) return false;
  const [, name = '', base64 = ''] = match;
  const bytes = Buffer.from(base64, 'base64');
  if (verifier.name !== null && verifier.name !== name) return false;
  if (!bytes.subarray(0, HASH_BYTES).equals(keyHash(name, rawKey(verifier.key)))) return false;
  return verify(null, Buffer.from(text), verifier.key, bytes.subarray(HASH_BYTES));
}

function parsePem(pem: string): NoteVerifier | null {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? { name: null, key } : null;
  } catch {
    return null;
  }
}

function rawKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}

function keyHash(name: string, raw: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), ED25519, raw]);
  return hash('sha256', bytes, 'buffer').subarray(0, HASH_BYTES);
}
