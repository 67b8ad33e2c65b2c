import { Injectable } from '@nestjs/common';
import type { Change } from '../../../kernel/changes/change';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { StagedEvent } from '../../../kernel/database/staged-event';
import type { NewTokenEvent } from '../../token-events/contract/token-events.types';
import { type Revocation, revocationChange } from '../contract/revocation.types';

const PAGE = 10_000;

@Injectable()
export class RevocationsRepository {
  constructor(private readonly database: Database) {}

  /** Writes revocations of any tenants and the events of their callers in one transaction. */
  async insert(
    revocations: readonly Revocation[],
    events: readonly StagedEvent[],
    tokenEvents: readonly NewTokenEvent[],
  ): Promise<void> {
    // Without a revocation nothing is published, so that a repeated one rings no bell.
    const publish =
      revocations.length > 0 ? ', kernel.publish_changes($2::jsonb), token_events.log_all($3::jsonb)' : '';
    const parameters: string[] = [toJsonb(events)];
    if (revocations.length > 0) parameters.push(toJsonb(revocations.map(revocationChange)), toJsonb(tokenEvents));
    await this.database.query(`SELECT kernel.stage_events($1::jsonb)${publish}`, parameters);
  }

  /** Every change of a topic that still counts, in pages, in the order in which they were made. */
  async *kept(topic: string): AsyncIterable<Change> {
    let after = 0;
    for (;;) {
      const rows = await this.database.query<{ page: (Change & { id: number })[] }>(
        'SELECT kernel.changes_kept($1, $2, $3) AS page',
        [topic, after, PAGE],
      );
      const page = rows[0]?.page ?? [];
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last.id;
    }
  }
}
