import { storedName } from '../domain/stored-name';
import type { BucketsRepository } from '../storage/buckets.repository';
import type { BucketStore, LeaseRequest, Take, Taken, Unused } from './bucket-store';

/** Keeps the counts in an unlogged database table, for several sidecars without Redis. */
export class PostgresStore implements BucketStore {
  constructor(private readonly buckets: BucketsRepository) {}

  take(takes: readonly Take[]): Promise<readonly Taken[]> {
    return this.buckets.take({
      tenants: takes.map(({ tenantId }) => tenantId),
      names: takes.map(({ name }) => storedName(name)),
      stepsMs: takes.map(({ stepMs }) => stepMs),
      capacitiesMs: takes.map(({ capacityMs }) => capacityMs),
      calls: takes.map(({ calls }) => calls),
    });
  }

  giveBack(unused: readonly Unused[]): Promise<void> {
    return this.buckets.giveBack(unused.map((each) => ({ ...each, name: storedName(each.name) })));
  }

  forget(tenantId: string, names: readonly string[]): Promise<void> {
    return this.buckets.forget(tenantId, names.map(storedName));
  }

  acquire(lease: LeaseRequest): Promise<boolean> {
    return this.buckets.acquire({ ...lease, name: storedName(lease.name) });
  }

  release(tenantId: string, name: string, id: string): Promise<void> {
    return this.buckets.release(tenantId, storedName(name), id);
  }

  ping(): Promise<void> {
    return this.buckets.ping();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
