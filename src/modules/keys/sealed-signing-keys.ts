import { Injectable } from '@nestjs/common';
import { type SealedProgress, type SealedStore, SealedStores } from '../../kernel/sealing/sealed-stores';
import { SealedKeys } from './sealed-keys';
import { SigningKeysRepository } from './storage/signing-keys.repository';

/** Reseals the few signing keys when the master key changes. */
@Injectable()
export class SealedSigningKeys implements SealedStore {
  readonly name = 'signing keys';

  constructor(
    private readonly repository: SigningKeysRepository,
    private readonly sealed: SealedKeys,
    stores: SealedStores,
  ) {
    stores.register(this);
  }

  async progress(): Promise<SealedProgress> {
    const keys = await this.repository.all();
    return { total: keys.length, remaining: keys.filter((key) => !this.sealed.isCurrent(key.sealedPrivate)).length };
  }

  async rewrap(limit: number): Promise<number> {
    const keys = await this.repository.all();
    const old = keys.filter((key) => !this.sealed.isCurrent(key.sealedPrivate)).slice(0, limit);
    for (const { kid, sealedPrivate } of old) {
      await this.repository.reseal(kid, sealedPrivate, this.sealed.reseal(sealedPrivate, kid));
    }
    return old.length;
  }
}
