import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { decrypt, encrypt } from './aes-gcm';
import type { TenantKey } from './tenant-keys';

const VERSION = 1;
export const DATA_KEY_BYTES = 32;

/** A tenant's data key in memory. Sealing, like every other purpose, uses a separate key derived from this key. */
export class DataKey implements TenantKey {
  private readonly sealing: KeyObject;
  /** The tenant and the key, as JSON, with which all additional data begins. */
  private readonly place: string;

  constructor(
    private readonly tenantId: string,
    readonly id: string,
    private readonly bytes: Buffer,
  ) {
    if (bytes.length !== DATA_KEY_BYTES) throw new Error('A data key must have 256 bits.');
    this.place = `[${JSON.stringify(tenantId)},${JSON.stringify(id)},`;
    this.sealing = createSecretKey(this.derive('sealing'));
  }

  derive(purpose: string): Buffer {
    const info = JSON.stringify(['coresdk tenant key', this.tenantId, purpose]);
    return Buffer.from(hkdfSync('sha256', this.bytes, '', info, 32));
  }

  seal(plaintext: Buffer, owner: string): Buffer {
    return Buffer.concat([Buffer.of(VERSION), encrypt(this.sealing, plaintext, this.additionalData(owner))]);
  }

  open(sealed: Buffer, owner: string): Buffer {
    if (sealed[0] !== VERSION) throw new Error('The value is not sealed with a tenant key.');
    return decrypt(this.sealing, sealed.subarray(1), this.additionalData(owner));
  }

  /** Returns the additional data as JSON, so that different combinations of tenant, key and owner never have the same bytes. */
  private additionalData(owner: string): Buffer {
    return Buffer.from(`${this.place}${JSON.stringify(owner)}]`);
  }
}
