import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Sealer } from '../../kernel/sealing/sealer';
import type { PublicJwk } from './contract/keys.types';
import { newRsaKey, privateKeyOf } from './domain/rsa-key';

/** A new key pair with a sealed private part. */
export interface SealedKey {
  readonly jwk: PublicJwk;
  readonly sealedPrivate: Buffer;
}

/** Private keys at rest, sealed with `MASTER_KEY`. */
@Injectable()
export class SealedKeys {
  constructor(private readonly sealer: Sealer) {}

  async create(): Promise<SealedKey> {
    const { jwk, privateDer } = await newRsaKey();
    return { jwk, sealedPrivate: this.sealer.seal(privateDer, owner(jwk.kid)) };
  }

  /** Returns true if the current `MASTER_KEY` sealed the key. */
  isCurrent(sealed: Buffer): boolean {
    return this.sealer.isCurrent(sealed);
  }

  /** Returns the same private key, sealed with the current `MASTER_KEY`. */
  reseal(sealed: Buffer, kid: string): Buffer {
    return this.sealer.seal(this.sealer.open(sealed, owner(kid)), owner(kid));
  }

  /** Returns the private key for a `kid`. Throws if a different `MASTER_KEY` sealed it. */
  open(sealed: Buffer, kid: string): KeyObject {
    try {
      return privateKeyOf(this.sealer.open(sealed, owner(kid)));
    } catch (cause) {
      throw new Error(`MASTER_KEY does not open the signing key ${kid}: a different MASTER_KEY sealed it.`, { cause });
    }
  }
}

function owner(kid: string): string {
  return `keys/signing_keys/${kid}`;
}
