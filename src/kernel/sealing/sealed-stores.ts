import { Injectable } from '@nestjs/common';

/** The number of sealed values in a store, and how many of them were sealed with a master key other than the current one. */
export interface SealedProgress {
  readonly total: number;
  readonly remaining: number;
}

/** A store of values sealed with `MASTER_KEY` itself. After a change of the master key, the values are resealed while they are in use. */
export interface SealedStore {
  /** Display name, such as `signing keys`. */
  readonly name: string;
  progress(): Promise<SealedProgress>;
  /**
   * Reseals up to `limit` values with the current key; safe to run in several processes simultaneously.
   * @returns the number of values found; 0 if no values are left.
   */
  rewrap(limit: number): Promise<number>;
}

/** The stores of a process, each registered by its module. */
@Injectable()
export class SealedStores {
  private readonly stores: SealedStore[] = [];

  register(store: SealedStore): void {
    this.stores.push(store);
  }

  all(): readonly SealedStore[] {
    return this.stores;
  }
}
