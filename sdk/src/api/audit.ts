import type {
  ExportAuditQuery,
  AuditInclusionProof,
  AuditReceipt,
  AuditRecord,
  SearchAuditQuery,
  NewAuditEvent,
} from '../generated/schemas.js';
import type { CallOptions, WriteOptions } from '../http/http.js';
import type { Pages } from '../http/pages.js';
import { path } from '../http/path.js';
import { Api } from './api.js';

/** The append-only log of the tenant. */
export class AuditApi extends Api {
  /** Appends an event of the app's own; resolves when it is in the log. Needs the scope `audit.write`. */
  emit(event: NewAuditEvent, options?: WriteOptions): Promise<AuditReceipt> {
    return this.make('/v1/audit', event, options);
  }

  /** Newest first. Needs the scope `audit.read`. */
  query(query?: SearchAuditQuery, options?: CallOptions): Pages<AuditRecord> {
    return this.listOf('/v1/audit', query, options);
  }

  /** That a record is in the log, as a Merkle proof against its newest checkpoint. */
  proof(id: string, options?: CallOptions): Promise<AuditInclusionProof> {
    return this.load(path`/v1/audit/${id}/proof`, options);
  }

  /** The log in its order, as JSON lines, CSV or CloudEvents, as the bytes come. */
  async export(query: ExportAuditQuery = {}, options?: CallOptions): Promise<ReadableStream<Uint8Array>> {
    const order = { method: 'GET', path: '/v1/audit/export', query, headers: { accept: '*/*' } } as const;
    const { body } = await this.http.stream({ ...order, repeat: 'always' }, options);
    return body ?? new ReadableStream({ start: (controller) => controller.close() });
  }
}
