import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Secret } from '../config/secret';
import { decrypt, encrypt } from './aes-gcm';

/** Without the id of its key: how values were sealed before a master key could be replaced. They stay readable. */
const VERSION_WITHOUT_KEY_ID = 1;
const VERSION = 2;
const KEY_ID_BYTES = 4;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

interface MasterKey {
  readonly id: Buffer;
  /** As an object: the same bytes in a buffer, which OpenSSL takes in anew each time, make sealing 2 KB 13 µs, not 5. */
  readonly key: KeyObject;
}

/**
 * Encryption at rest under `MASTER_KEY`: AES-256-GCM (NIST SP 800-38D) with a key derived by HKDF-SHA-256 (RFC 5869).
 * What a sealed value belongs to is its additional data, so that one row's ciphertext does not open in another. A value
 * names the master key that sealed it (4 bytes, derived from it), so that a new key can open what the old one sealed, and
 * what is still the old one's can be found.
 */
export class Sealer {
  private readonly current: MasterKey;
  private readonly known: readonly MasterKey[];

  /** @param previous opens what it sealed; nothing is sealed by it any more. */
  constructor(
    private readonly masterKey: Secret,
    previous: Secret | null = null,
  ) {
    this.current = derive(masterKey);
    this.known = previous === null ? [this.current] : [this.current, derive(previous)];
  }

  /** How every value begins that the current master key sealed; what begins otherwise is to be sealed anew. */
  get mark(): Buffer {
    return Buffer.concat([Buffer.of(VERSION), this.current.id]);
  }

  /**
   * 256 bits for another use than sealing, such as signing cookies; the same in every process with this `MASTER_KEY`.
   * @param purpose of the key; keys of different purposes tell nothing of each other (RFC 5869 §3.2).
   */
  deriveKey(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.masterKey.reveal(), '', `coresdk ${purpose}`, 32));
  }

  /** @param owner what the value belongs to, such as `keys/signing/key-01h…`. */
  seal(plaintext: Buffer, owner: string): Buffer {
    return Buffer.concat([this.mark, encrypt(this.current.key, plaintext, Buffer.from(owner))]);
  }

  /** Whether the current master key has sealed a value. */
  isCurrent(sealed: Buffer): boolean {
    return sealed.subarray(0, HEADER_BYTES).equals(this.mark);
  }

  /** Throws when the key is another one, the value was changed, or it belongs to another owner. */
  open(sealed: Buffer, owner: string): Buffer {
    const additionalData = Buffer.from(owner);
    if (sealed[0] === VERSION_WITHOUT_KEY_ID) return this.openByAny(sealed.subarray(1), additionalData);
    if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES) throw new Error('Not a sealed value.');
    const id = sealed.subarray(1, HEADER_BYTES);
    const named = this.known.find((masterKey) => masterKey.id.equals(id));
    if (!named) throw new Error('Another master key has sealed this value.');
    return decrypt(named.key, sealed.subarray(HEADER_BYTES), additionalData);
  }

  private openByAny(sealed: Buffer, additionalData: Buffer): Buffer {
    const [first, ...others] = this.known;
    for (const { key } of others) {
      try {
        return decrypt(key, sealed, additionalData);
      } catch {
        // The tag tells whose it is; the current key has the last word.
      }
    }
    if (!first) throw new Error('There is no master key.');
    return decrypt(first.key, sealed, additionalData);
  }
}

function derive(masterKey: Secret): MasterKey {
  const part = (info: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', masterKey.reveal(), '', `coresdk ${info}`, bytes));
  return { id: part('master key id', KEY_ID_BYTES), key: createSecretKey(part('master key v1', 32)) };
}
