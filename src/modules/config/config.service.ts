import { Injectable } from '@nestjs/common';
import { Notifier } from '../../kernel/changes/notifier';
import type { CallContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import { ConfigCache } from './config-cache';
import type { TenantConfigPort } from './contract/config.port';
import type { ConfigSnapshot } from './contract/config.types';
import { placeOf, snapshotOf, type StatePlace } from './domain/config-state';
import { ConfigVersionsRepository } from './storage/config-versions.repository';

@Injectable()
export class TenantConfigService implements TenantConfigPort {
  constructor(
    private readonly holder: ConfigCache,
    private readonly repository: ConfigVersionsRepository,
  ) {}

  snapshot(_context: CallContext, tenantId: string): Promise<ConfigSnapshot> {
    return this.holder.get(tenantId);
  }

  watch(
    _context: CallContext,
    tenantId: string,
    lastVersion: string | null,
    signal: AbortSignal,
  ): AsyncIterable<ConfigSnapshot> {
    const last = lastVersion === null ? null : placeOf(lastVersion);
    if (lastVersion !== null && last === null) {
      throw new AppError('invalid_request', 'last_version must be a version from this stream.');
    }
    return this.follow(tenantId, last, signal);
  }

  /** Follows changes without a queue: a watcher is notified of changes, and reads them after it has consumed the previous snapshot. */
  private async *follow(
    tenantId: string,
    lastPlace: StatePlace | null,
    signal: AbortSignal,
  ): AsyncGenerator<ConfigSnapshot> {
    const bell = new Notifier();
    const ring = (): void => {
      bell.notify();
    };
    // Listens before it reads, so that it is notified of changes that are made in between.
    const stopListening = this.holder.onChange((changed) => {
      if (changed === null || changed === tenantId) ring();
    });
    signal.addEventListener('abort', ring);
    let last = lastPlace;
    try {
      while (!signal.aborted) {
        bell.reset();
        const state =
          last === null
            ? await this.repository.state(tenantId, { signal })
            : await this.repository.stateAfter(tenantId, last, { signal });
        if (state === null) {
          await bell.notified();
          continue;
        }
        last = { defaults: state.defaults.version, own: state.own.version };
        if (!signal.aborted) yield snapshotOf(state);
      }
    } finally {
      stopListening();
      signal.removeEventListener('abort', ring);
    }
  }
}
