import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { SYSTEM_LOG } from '../contract/audit.types';
import type { AuditQueryPort } from '../contract/audit-query.port';
import type { AuditExport, AuditRecord } from '../contract/audit-query.types';
import { EXPORT_TEXT } from './export-text';

/**
 * Maximum number of open exports in this process. Each keeps up to 500 records of 64 KiB in memory, as objects and as text, while it is
 * read.
 */
const MAX_OPEN = 16;
const MAX_OPEN_PER_LOG = 2;
/** An export that still has no reader after this time, for example because its request has failed, is canceled. */
const UNREAD_MS = 30_000;

/** Number of open exports per log. Counted per process, because exports use the memory of the process. */
const open = new Map<string, number>();

function assertRoom(log: string): void {
  const all = [...open.values()].reduce((sum, count) => sum + count, 0);
  if ((open.get(log) ?? 0) < MAX_OPEN_PER_LOG && all < MAX_OPEN) return;
  throw new AppError('rate_limited', `A log allows ${MAX_OPEN_PER_LOG} exports at a time. Wait until one ends.`, {
    headers: { 'Retry-After': '10' },
  });
}

/** Media types of the export formats. */
export const EXPORT_TYPES: readonly string[] = [
  ...new Set(Object.values(EXPORT_TEXT).map(({ contentType }) => contentType.split(';')[0] ?? '')),
];

/** Counts an export until its stream is closed. */
function hold(log: string, stream: Readable): void {
  open.set(log, (open.get(log) ?? 0) + 1);
  stream.once('close', () => {
    const left = (open.get(log) ?? 1) - 1;
    if (left > 0) open.set(log, left);
    else open.delete(log);
  });
}

/**
 * Streams an export: keeps a few hundred records in memory, and reads the next records after sending these. An error breaks the connection,
 * so that a partial export cannot pass for a complete export. Errors: `rate_limited` while too many exports are open.
 */
export async function exportStream(
  port: AuditQueryPort,
  context: CallContext,
  { format, after, ...filter }: AuditExport,
): Promise<StreamableFile> {
  const { contentType, head, line } = EXPORT_TEXT[format];
  const log = context.tenantId ?? SYSTEM_LOG;
  assertRoom(log);
  // Reads the first records before it sends any data, so that the status code can report errors.
  const first = await port.list(context, filter, after ?? null);
  // Other exports might have been opened in the meantime.
  assertRoom(log);
  async function* text(): AsyncIterable<string> {
    clearTimeout(unread);
    if (head !== '' && after === undefined) yield head;
    for (let batch = first; ; batch = await port.list(context, filter, batch.next)) {
      if (batch.records.length > 0) yield linesOf(batch.records, line);
      if (batch.next === null) return;
    }
  }
  const extension = format === 'csv' ? 'csv' : 'jsonl';
  const stream = Readable.from(text(), { objectMode: false, highWaterMark: 16_384 });
  const unread = setTimeout(() => stream.destroy(), UNREAD_MS).unref();
  hold(log, stream);
  return new StreamableFile(stream, { type: contentType, disposition: `attachment; filename="audit.${extension}"` });
}

function linesOf(records: readonly AuditRecord[], line: (record: AuditRecord) => string): string {
  return records.map(line).join('');
}
