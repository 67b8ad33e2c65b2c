import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../telemetry/logger';
import { MasterKeyProof } from './master-key-proof';
import { Sealer } from './sealer';
import { type SealedProgress, type SealedStore, SealedStores } from './sealed-stores';
import { wrappedOwner } from './stored-tenant-keys';
import { TenantKeysRepository } from './tenant-keys.repository';

const BATCH = 200;

/** The progress of a master key change. */
export interface RewrapProgress {
  /** If the state is `failed`, find the cause in the log and start the change again. */
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly stores: readonly (SealedProgress & { readonly name: string })[];
  /** Values sealed with a master key other than the current one; when it is 0, you can remove `MASTER_KEY_PREVIOUS`. */
  readonly remaining: number;
}

/**
 * Reseals all values that were sealed with an earlier `MASTER_KEY`, using the current key, in small batches. The values stay in use in the
 * meantime, because readers have both keys. Data keys are only rewrapped, so the data encrypted with them stays unchanged. The proof of the
 * master key comes last: until then, a process with only the old key can still start.
 */
@Injectable()
export class Rewrap {
  private state: RewrapProgress['state'] = 'idle';
  private running: Promise<void> | null = null;
  private stopped = false;

  constructor(
    private readonly stores: SealedStores,
    private readonly keys: TenantKeysRepository,
    private readonly proof: MasterKeyProof,
    private readonly sealer: Sealer,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Begins the change, unless it is already running. Returns immediately; {@link finished} waits for the end. */
  start(): void {
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
  }

  async finished(): Promise<void> {
    await this.running;
  }

  async progress(): Promise<RewrapProgress> {
    const stores = await Promise.all(
      this.all().map(async (store) => ({ name: store.name, ...(await store.progress()) })),
    );
    const remaining = stores.reduce((sum, store) => sum + store.remaining, 0);
    return { state: this.state, stores, remaining };
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    this.state = 'running';
    try {
      for (const store of this.all()) while (!this.stopped && (await store.rewrap(BATCH)) > 0);
      this.state = this.stopped ? 'idle' : 'done';
    } catch (error) {
      this.state = 'failed';
      this.logger.error({ err: error }, 'Re-encryption with the new MASTER_KEY stopped; start it again');
    }
  }

  private all(): readonly SealedStore[] {
    return [this.tenantKeys(), ...this.stores.all(), this.proofStore()];
  }

  private tenantKeys(): SealedStore {
    return {
      name: 'tenant keys',
      progress: () => this.keys.progress(this.sealer.mark),
      rewrap: async (limit) => {
        const found = await this.keys.toRewrap(this.sealer.mark, limit);
        for (const key of found) {
          const owner = wrappedOwner(key.tenantId, key.id);
          await this.keys.rewrap(key, this.sealer.seal(this.sealer.open(key.wrapped, owner), owner));
        }
        return found.length;
      },
    };
  }

  private proofStore(): SealedStore {
    return {
      name: 'proof of the master key',
      progress: () => this.proof.progress(),
      rewrap: async () => {
        await this.proof.renew();
        return 0;
      },
    };
  }
}
