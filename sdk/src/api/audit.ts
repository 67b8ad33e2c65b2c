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

/** The tenant's append-only audit log. */
export class AuditApi extends Api {
  /** Appends an event that the app defines; resolves when the log contains it. Needs the scope `audit.write`. */
  emit(event: NewAuditEvent, options?: WriteOptions): Promise<AuditReceipt> {
    return this.make('/v1/audit', event, options);
  }

  /** Returns records, newest first. Needs the scope `audit.read`. */
  query(query?: SearchAuditQuery, options?: CallOptions): Pages<AuditRecord> {
    return this.listOf('/v1/audit', query, options);
  }

  /** Returns a Merkle proof that the log, up to its newest checkpoint, contains a record. */
  proof(id: string, options?: CallOptions): Promise<AuditInclusionProof> {
    return this.load(path`/v1/audit/${id}/proof`, options);
  }

  /** Streams the log in order, as JSON lines, CSV or CloudEvents. */
  async export(query: ExportAuditQuery = {}, options?: CallOptions): Promise<ReadableStream<Uint8Array>> {
    const order = { method: 'GET', path: '/v1/audit/export', query, headers: { accept: '*/*' } } as const;
    const { body } = await this.http.stream({ ...order, repeat: 'always' }, options);
    return body ?? new ReadableStream({ start: (controller) => controller.close() });
  }
}
