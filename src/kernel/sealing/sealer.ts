import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Secret } from '../config/secret';
import { decrypt, encrypt } from './aes-gcm';

/** The format without a key id, from before a master key could be replaced. Values in this format stay readable. */
const VERSION_WITHOUT_KEY_ID = 1;
const VERSION = 2;
const KEY_ID_BYTES = 4;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

interface MasterKey {
  readonly id: Buffer;
  /** A KeyObject, because with the key in a buffer, which OpenSSL imports each time, sealing 2 KB takes 13 µs instead of 5 µs. */
  readonly key: KeyObject;
}

/**
 * Encryption at rest under `MASTER_KEY`: AES-256-GCM (NIST SP 800-38D) with a key derived by HKDF-SHA-256 (RFC 5869). The owner of a sealed
 * value is its additional data, so the ciphertext of one row does not open in another. A value names the master key that sealed it (4
 * bytes, derived from the key). A process with a new key can therefore open values that the old key sealed, and find the values that are
 * still sealed with it.
 */
export class Sealer {
  private readonly current: MasterKey;
  private readonly known: readonly MasterKey[];

  /** @param previous another key, which opens the values that it sealed but does not seal new values. */
  constructor(
    private readonly masterKey: Secret,
    previous: Secret | null = null,
  ) {
    this.current = derive(masterKey);
    this.known = previous === null ? [this.current] : [this.current, derive(previous)];
  }

  /** The prefix of every value sealed with the current master key. Values with a different prefix need resealing. */
  get mark(): Buffer {
    return Buffer.concat([Buffer.of(VERSION), this.current.id]);
  }

  /**
   * Derives a 256-bit key for a use other than sealing, such as signing cookies. The key is the same in every process with this
   * `MASTER_KEY`.
   * @param purpose purpose of the key; keys for different purposes do not reveal anything about each other (RFC 5869 §3.2).
   */
  deriveKey(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.masterKey.reveal(), '', `coresdk ${purpose}`, 32));
  }

  /** Seals a value. @param owner the owner of the value, such as `keys/signing/key-01h…`. */
  seal(plaintext: Buffer, owner: string): Buffer {
    return Buffer.concat([this.mark, encrypt(this.current.key, plaintext, Buffer.from(owner))]);
  }

  /** Returns whether the current master key sealed a value. */
  isCurrent(sealed: Buffer): boolean {
    return sealed.subarray(0, HEADER_BYTES).equals(this.mark);
  }

  /** Opens a sealed value. Throws if a different key sealed the value, or if the value was changed or belongs to a different owner. */
  open(sealed: Buffer, owner: string): Buffer {
    const additionalData = Buffer.from(owner);
    if (sealed[0] === VERSION_WITHOUT_KEY_ID) return this.openByAny(sealed.subarray(1), additionalData);
    if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES) throw new Error('Not a sealed value.');
    const id = sealed.subarray(1, HEADER_BYTES);
    const named = this.known.find((masterKey) => masterKey.id.equals(id));
    if (!named) throw new Error('This value is sealed with a different master key.');
    return decrypt(named.key, sealed.subarray(HEADER_BYTES), additionalData);
  }

  private openByAny(sealed: Buffer, additionalData: Buffer): Buffer {
    const [first, ...others] = this.known;
    for (const { key } of others) {
      try {
        return decrypt(key, sealed, additionalData);
      } catch {
        // The tag shows that a different key sealed the value. The loop tries the current key last.
      }
    }
    if (!first) throw new Error('No master key is set.');
    return decrypt(first.key, sealed, additionalData);
  }
}

function derive(masterKey: Secret): MasterKey {
  const part = (info: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', masterKey.reveal(), '', `coresdk ${info}`, bytes));
  return { id: part('master key id', KEY_ID_BYTES), key: createSecretKey(part('master key v1', 32)) };
}
