import { base64Url, fromBase64 } from '../auth/base64.js';
import { ConfigurationError } from '../errors.js';

/** A key of the seal, derived from one secret. */
interface SealKey {
  /** 6 bytes derived from the secret, as base64url. It names the key in a sealed value and reveals nothing about the secret. */
  readonly id: string;
  readonly key: CryptoKey;
}

const VERSION = 'v1';
const SALT = new TextEncoder().encode('@cpod/sdk session');
/** The nonce length that AES-GCM is specified for (NIST SP 800-38D §8.2). */
const IV_BYTES = 12;
const MIN_SECRET_CHARACTERS = 32;

/**
 * Encrypts values for cookies with AES-256-GCM. HKDF (RFC 5869) derives a key from each secret. The first secret seals; the others
 * only open, so that secrets can rotate. A sealed value is `v1.<key id>.<base64url of nonce and ciphertext>`.
 */
export class Seal {
  readonly #keys: Promise<readonly SealKey[]>;

  /** @param secrets the current secret, then the previous ones. Errors: `ConfigurationError` if one is missing or too short. */
  constructor(secrets: readonly string[]) {
    if (secrets.length === 0) throw new ConfigurationError('Session keys are missing: set at least one in "keys".');
    if (secrets.some((secret) => typeof secret !== 'string' || secret.length < MIN_SECRET_CHARACTERS)) {
      throw new ConfigurationError(`Each session key must have at least ${MIN_SECRET_CHARACTERS} random characters.`);
    }
    this.#keys = Promise.all(secrets.map(deriveKey));
    // A failure is reported by the call that needs the keys.
    this.#keys.catch(() => undefined);
  }

  /** Seals a JSON value. @param purpose what the value is for; it opens only for the same purpose. */
  async close(purpose: string, value: unknown): Promise<string> {
    const [current] = await this.#keys;
    if (current === undefined) throw new ConfigurationError('Session keys are missing.');
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm(iv, current.id, purpose), current.key, plain));
    const bytes = new Uint8Array(IV_BYTES + sealed.length);
    bytes.set(iv);
    bytes.set(sealed, IV_BYTES);
    return `${VERSION}.${current.id}.${base64Url(bytes)}`;
  }

  /** Opens a sealed value. @returns `null` if the value was changed, is for another purpose, or was sealed with an unknown key. */
  async open(purpose: string, text: string): Promise<unknown> {
    const [version, id = '', body = '', ...rest] = text.split('.');
    const key = (await this.#keys).find((one) => one.id === id);
    if (version !== VERSION || rest.length > 0 || key === undefined) return null;
    try {
      const bytes = fromBase64(body);
      const [iv, sealed] = [bytes.slice(0, IV_BYTES), bytes.slice(IV_BYTES)];
      const plain = await crypto.subtle.decrypt(algorithm(iv, id, purpose), key.key, sealed);
      return JSON.parse(new TextDecoder().decode(plain)) as unknown;
    } catch {
      return null;
    }
  }
}

/** The additional data binds the version, the key and the purpose, so that no sealed value can take the place of another. */
function algorithm(iv: Uint8Array<ArrayBuffer>, id: string, purpose: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`${VERSION}.${id}.${purpose}`) };
}

async function deriveKey(secret: string): Promise<SealKey> {
  const { subtle } = crypto;
  const material = await subtle.importKey('raw', new TextEncoder().encode(secret), 'HKDF', false, [
    'deriveBits',
    'deriveKey',
  ]);
  const from = (info: string): HkdfParams => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: SALT,
    info: new TextEncoder().encode(info),
  });
  const aes = { name: 'AES-GCM', length: 256 };
  const [id, key] = await Promise.all([
    subtle.deriveBits(from(`${VERSION} id`), material, 48),
    subtle.deriveKey(from(`${VERSION} key`), material, aes, false, ['encrypt', 'decrypt']),
  ]);
  return { id: base64Url(new Uint8Array(id)), key };
}
