import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import type { AuditQueryPort } from '../contract/audit-query.port';
import type { AuditExport, AuditRecord } from '../contract/audit-query.types';
import { EXPORT_TEXT } from './export-text';

/**
 * An export as it is sent: some hundreds of records in memory, the next ones when the reader has taken these. A fault
 * breaks the connection off, so that no part can pass for the whole.
 */
export async function exportStream(
  port: AuditQueryPort,
  context: CallContext,
  { format, after, ...filter }: AuditExport,
): Promise<StreamableFile> {
  const { contentType, head, line } = EXPORT_TEXT[format];
  // Read before anything is sent, so that what is wrong is told by the status.
  const first = await port.list(context, filter, after ?? null);
  async function* text(): AsyncIterable<string> {
    if (head !== '' && after === undefined) yield head;
    for (let batch = first; ; batch = await port.list(context, filter, batch.next)) {
      if (batch.records.length > 0) yield linesOf(batch.records, line);
      if (batch.next === null) return;
    }
  }
  const extension = format === 'csv' ? 'csv' : 'jsonl';
  return new StreamableFile(Readable.from(text(), { objectMode: false, highWaterMark: 16_384 }), {
    type: contentType,
    disposition: `attachment; filename="audit.${extension}"`,
  });
}

function linesOf(records: readonly AuditRecord[], line: (record: AuditRecord) => string): string {
  return records.map(line).join('');
}
