import { Injectable } from '@nestjs/common';
import type { PolicyUpdate } from './contract/policy.types';
import { PolicyHolder } from './policy-holder';
import { ActivePoliciesRepository } from './storage/active-policies.repository';

/**
 * Follows the bundles of a tenant. Nothing is queued for a watcher: it is only told that there is more, and reads the next
 * version from the store when it has taken the one before, however slow it is.
 */
@Injectable()
export class PolicyWatch {
  constructor(
    private readonly holder: PolicyHolder,
    private readonly repository: ActivePoliciesRepository,
  ) {}

  /** See `PolicyPort.watch`. */
  async *watch(tenantId: string, lastVersion: number | null, signal: AbortSignal): AsyncGenerator<PolicyUpdate> {
    const bell = new Bell();
    const ring = (): void => {
      bell.ring();
    };
    // Listens before it reads: what is activated in between rings.
    const stopListening = this.holder.onChange((changed) => {
      if (changed === null || changed === tenantId) ring();
    });
    signal.addEventListener('abort', ring);
    try {
      let last = lastVersion;
      while (!signal.aborted) {
        bell.mute();
        const update =
          last === null ? await this.repository.active(tenantId) : await this.repository.nextActivated(tenantId, last);
        if (update) {
          last = update.version;
          if (!signal.aborted) yield update;
        } else {
          // Whoever had nothing is not to miss the first one when two come at once.
          last ??= 0;
          await bell.rung();
        }
      }
    } finally {
      stopListening();
      signal.removeEventListener('abort', ring);
    }
  }
}

/** Remembers that it has rung until it is muted. */
class Bell {
  private hasRung = false;
  private wake: (() => void) | null = null;

  ring(): void {
    this.hasRung = true;
    this.wake?.();
  }

  mute(): void {
    this.hasRung = false;
  }

  rung(): Promise<void> {
    if (this.hasRung) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
