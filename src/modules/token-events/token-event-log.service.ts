import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../../kernel/batching/group-commit';
import type { CallContext } from '../../kernel/context/call-context';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { type AuditedAction, auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { TokenEventLogPort } from './contract/token-event-log.port';
import { type NewTokenEvent, tokenEventOf } from './contract/token-events.types';
import { type AuditedTokenEvent, TokenEventsRepository } from './storage/token-events.repository';

/** Logs token events that are not part of another write. Commits them in groups: one transaction serves all concurrent calls. */
@Injectable()
export class TokenEventLogService implements TokenEventLogPort {
  private readonly writes = new GroupCommit<AuditedTokenEvent>({
    maxBatch: 500,
    maxPending: 20_000,
    write: (events) => this.repository.append(events),
  });

  constructor(
    private readonly repository: TokenEventsRepository,
    private readonly audit: AuditPort,
    private readonly clock: Clock,
  ) {}

  async log(context: CallContext, event: Omit<NewTokenEvent, 'tenantId'>, audited: AuditedAction): Promise<void> {
    // The outbox would accept the event even when the audit log is unavailable, but a token must not be issued in that case.
    await this.audit.assertWritable(context);
    const staged = stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()));
    await this.writes.add({ event: tokenEventOf(context, event), staged });
  }

  async onModuleDestroy(): Promise<void> {
    await this.writes.drain();
  }
}
