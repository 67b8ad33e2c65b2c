import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import type { FilePlace } from './contract/files.types';

/** The action under which a write to a file is recorded. */
export type FileAction =
  | 'file.put'
  | 'file.delete'
  | 'file.copy.create'
  | 'file.move.create'
  | 'file.signed_url.get'
  | 'file.signed.put'
  | 'file.upload.create'
  | 'file.upload.cancel';

/** Stages the audit event of each write in the same transaction as the write. */
@Injectable()
export class FileEvents {
  constructor(private readonly clock: Clock) {}

  async stage(
    tx: Tx,
    context: CallContext,
    action: FileAction,
    { tier, path }: FilePlace,
    metadata: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const audited = { action, resourceType: 'file', resourceId: `${tier}/${path}`, metadata };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}
