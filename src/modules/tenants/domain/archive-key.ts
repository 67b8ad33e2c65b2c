import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { decrypt, encrypt } from '../../../kernel/sealing/aes-gcm';

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/**
 * Parameters of scrypt (RFC 7914), OWASP's first choice: 128 MiB and about half a second. They are fixed, so that an archive cannot demand
 * more.
 */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 192 * 1024 * 1024 };
const SALT_BYTES = 16;

/** The keys derived from a passphrase: one key seals secrets in an archive, and the other proves the archive's origin. */
export class ArchiveKey {
  private readonly sealing: KeyObject;
  private readonly proving: KeyObject;

  private constructor(
    bytes: Buffer,
    /** The salt in base64url, as in the header. */
    readonly salt: string,
  ) {
    const part = (info: string): KeyObject =>
      createSecretKey(Buffer.from(hkdfSync('sha256', bytes, '', `coresdk tenant archive ${info}`, 32)));
    this.sealing = part('sealing');
    this.proving = part('proving');
  }

  /** Derives the keys. @param salt the salt of an existing archive; a new salt by default. */
  static async of(passphrase: string, salt = randomBytes(SALT_BYTES).toString('base64url')): Promise<ArchiveKey> {
    // NFKC, so that the same passphrase typed on a different system yields the same key (RFC 8265 §4.2).
    const bytes = await derive(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64url'), 32, SCRYPT);
    return new ArchiveKey(bytes, salt);
  }

  seal(plaintext: Buffer, owner: string): Buffer {
    return encrypt(this.sealing, plaintext, Buffer.from(owner));
  }

  /** Decrypts a value. Throws if the passphrase is wrong, or if the value was changed or belongs to a different owner. */
  open(sealed: Buffer, owner: string): Buffer {
    return decrypt(this.sealing, sealed, Buffer.from(owner));
  }

  /** Returns the HMAC-SHA-256, in hexadecimal. */
  mac(text: string): string {
    return createHmac('sha256', this.proving).update(text).digest('hex');
  }
}
