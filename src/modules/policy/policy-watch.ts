import { Injectable } from '@nestjs/common';
import { Notifier } from '../../kernel/changes/notifier';
import { AppError } from '../../kernel/errors/app-error';
import type { PolicyUpdate } from './contract/policy.types';
import { PolicyCache } from './policy-cache';
import { ActivePoliciesRepository } from './storage/active-policies.repository';

/** The maximum number of concurrent streams in this process. Each stream keeps an archive in memory while a slow reader receives it. */
const MAX_STREAMS = 256;
const MAX_STREAMS_PER_TENANT = 32;

/**
 * Follows a tenant's bundles. Watchers do not have queues, even if they are slow. A notification only signals a newer version, which the
 * watcher reads from the database after it has received the previous one.
 */
@Injectable()
export class PolicyWatch {
  private readonly open = new Map<string, number>();

  constructor(
    private readonly holder: PolicyCache,
    private readonly repository: ActivePoliciesRepository,
  ) {}

  /** Yields activated bundles; see `PolicyPort.watch`. Errors: `rate_limited` beyond 32 streams per tenant, or 256 in total. */
  async *watch(tenantId: string, lastVersion: number | null, signal: AbortSignal): AsyncGenerator<PolicyUpdate> {
    const close = this.count(tenantId);
    const bell = new Notifier();
    const ring = (): void => {
      bell.notify();
    };
    // Listens before it reads, so that it does not miss an activation in between.
    const stopListening = this.holder.onChange((changed) => {
      if (changed === null || changed === tenantId) ring();
    });
    signal.addEventListener('abort', ring);
    try {
      let last = lastVersion;
      while (!signal.aborted) {
        bell.reset();
        const update =
          last === null
            ? await this.repository.active(tenantId, { signal })
            : await this.repository.nextActivated(tenantId, last, { signal });
        if (update) {
          last = update.version;
          if (!signal.aborted) yield update;
        } else {
          // A watcher without a version must not miss the first of two simultaneous activations.
          last ??= 0;
          await bell.notified();
        }
      }
    } finally {
      close();
      stopListening();
      signal.removeEventListener('abort', ring);
    }
  }

  /** Counts an open stream. Returns a function that removes the stream from the count. */
  private count(tenantId: string): () => void {
    const own = this.open.get(tenantId) ?? 0;
    const all = [...this.open.values()].reduce((sum, streams) => sum + streams, 0);
    if (own >= MAX_STREAMS_PER_TENANT || all >= MAX_STREAMS) {
      throw new AppError(
        'rate_limited',
        'Too many streams follow policies here. End some, or use a different sidecar.',
      );
    }
    this.open.set(tenantId, own + 1);
    return () => {
      const left = (this.open.get(tenantId) ?? 1) - 1;
      if (left === 0) this.open.delete(tenantId);
      else this.open.set(tenantId, left);
    };
  }
}
