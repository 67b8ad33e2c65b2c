import { Injectable } from '@nestjs/common';

/** How many values a store keeps sealed, and how many of them another master key than the current one has sealed. */
export interface SealedProgress {
  readonly total: number;
  readonly remaining: number;
}

/** Something that keeps values sealed by `MASTER_KEY` itself. A new master key seals them anew, while they are in use. */
export interface SealedStore {
  /** In words, such as `signing keys`. */
  readonly name: string;
  progress(): Promise<SealedProgress>;
  /**
   * Seals up to `limit` values by the current key; any process may do the same at the same time.
   * @returns how many were found to do; 0 when nothing is left.
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
