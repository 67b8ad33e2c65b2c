import { Injectable } from '@nestjs/common';
import type { Change } from '../../../kernel/changes/change';
import { retainedChanges } from '../../../kernel/changes/retained-changes';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import { type Revocation, revocationChange } from '../contract/revocation.types';

@Injectable()
export class RevocationsRepository {
  constructor(private readonly database: Database) {}

  /** Writes revocations for any tenants, along with the callers' events, in one transaction. */
  async insert(
    revocations: readonly Revocation[],
    events: readonly StagedEvent[],
    tokenEvents: readonly NewTokenEvent[],
  ): Promise<void> {
    // If there is no revocation, no change is published, so that a repeated revocation sends no notification.
    const publish =
      revocations.length > 0 ? ', kernel.publish_changes($2::jsonb), token_events.log_all($3::jsonb)' : '';
    const parameters: string[] = [toJsonb(events)];
    if (revocations.length > 0) parameters.push(toJsonb(revocations.map(revocationChange)), toJsonb(tokenEvents));
    await this.database.platform().run(`SELECT kernel.stage_events($1::jsonb)${publish}`, parameters);
  }

  /** Returns every retained change of a topic, in commit order. */
  kept(topic: string): AsyncIterable<Change> {
    return retainedChanges(this.database, topic);
  }
}
