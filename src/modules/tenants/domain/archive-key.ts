import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { decrypt, encrypt } from '../../../kernel/sealing/aes-gcm';

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** RFC 7914, with OWASP's first choice: 128 MiB and about half a second. Fixed here, so that no archive can ask for more. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 192 * 1024 * 1024 };
const SALT_BYTES = 16;

/** The keys derived from a passphrase: one seals secrets in an archive, one proves the archive. */
export class ArchiveKey {
  private readonly sealing: KeyObject;
  private readonly proving: KeyObject;

  private constructor(
    bytes: Buffer,
    /** base64url, as in the header. */
    readonly salt: string,
  ) {
    const part = (info: string): KeyObject =>
      createSecretKey(Buffer.from(hkdfSync('sha256', bytes, '', `coresdk tenant archive ${info}`, 32)));
    this.sealing = part('sealing');
    this.proving = part('proving');
  }

  /** Derives the keys. @param salt of an existing archive; by default a new one. */
  static async of(passphrase: string, salt = randomBytes(SALT_BYTES).toString('base64url')): Promise<ArchiveKey> {
    // NFKC, so that the same passphrase typed on a different system yields the same key (RFC 8265 §4.2).
    const bytes = await derive(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64url'), 32, SCRYPT);
    return new ArchiveKey(bytes, salt);
  }

  seal(plaintext: Buffer, owner: string): Buffer {
    return encrypt(this.sealing, plaintext, Buffer.from(owner));
  }

  /** Decrypts a value. Throws if the passphrase is wrong, or the value was changed or belongs to a different owner. */
  open(sealed: Buffer, owner: string): Buffer {
    return decrypt(this.sealing, sealed, Buffer.from(owner));
  }

  /** Returns the HMAC-SHA-256, in hexadecimal. */
  mac(text: string): string {
    return createHmac('sha256', this.proving).update(text).digest('hex');
  }
}
