import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '../../../kernel/context/call-context';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { tenantScheduler } from '../../../kernel/threads/tenant-scheduler';
import type { ScimAnswer, ScimCaller, ScimRequest } from '../contract/scim.types';
import { BulkReferences } from '../domain/bulk/bulk-references';
import { readBulk } from '../domain/bulk/bulk-request';
import { DIALECTS } from '../domain/dialect';
import { BulkRun, type RunOperation } from './bulk-run';
import { ResourceAnswers } from './resource-answers';
import type { RecordedCall } from './scim-audit-recorder';

const RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

type Run = (caller: ScimCaller, request: ScimRequest) => Promise<RecordedCall>;

/** `/Bulk` (RFC 7644 §3.7): many independent operations. */
@Injectable()
export class ScimBulk {
  constructor(
    private readonly answers: ResourceAnswers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Handles a bulk request. @param run runs one operation. */
  async answer(caller: ScimCaller, { body }: ScimRequest, run: Run): Promise<ScimAnswer> {
    const origin = { kind: 'scim.bulk', tenantId: requireTenant(caller.context) };
    const request = await tenantScheduler.runSliced(origin, readBulk(body, DIALECTS[caller.preset].isLenient));
    const references = await tenantScheduler.runSliced(origin, BulkReferences.of(request.operations));
    const records: Promise<void>[] = [];
    // Waits for the records of all operations together, after all operations have run.
    const recorded: RunOperation = async (by, operation) => {
      const followed = await run(by, operation);
      records.push(followed.recorded);
      return followed.answer;
    };
    const done = await new BulkRun(caller, request, references, recorded, this.answers, this.logger).finish();
    await Promise.all(records);
    const operations = done.filter((one) => one !== undefined);
    return { status: 200, body: { schemas: [RESPONSE_URN], Operations: operations }, location: null, etag: null };
  }
}
