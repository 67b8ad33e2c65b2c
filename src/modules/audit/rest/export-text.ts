import type { AuditRecord, EXPORT_FORMATS } from '../contract/audit-query.types';

type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The text format of an export: its header, and each record with its line ending. */
export interface ExportText {
  readonly contentType: string;
  readonly head: string;
  readonly line: (record: AuditRecord) => string;
}

const COLUMNS = [
  'sequenceId',
  'id',
  'ts',
  'tenantId',
  'appId',
  'actorType',
  'actorId',
  'action',
  'resourceType',
  'resourceId',
  'outcome',
  'reason',
  'requestId',
  'ip',
  'policyRevision',
  'metadata',
  'personal',
  'previousHash',
  'recordHash',
] as const satisfies readonly (keyof AuditRecord)[];

/** The writer for each format. The `source` of CloudEvents is the log: `/audit/<tenant>`. */
export const EXPORT_TEXT: Readonly<Record<ExportFormat, ExportText>> = {
  jsonl: { contentType: 'application/x-ndjson', head: '', line: (record) => `${JSON.stringify(record)}\n` },
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    // RFC 4180 §2: lines end in CRLF.
    head: `${COLUMNS.join(',')}\r\n`,
    line: (record) => `${COLUMNS.map((column) => cell(record[column])).join(',')}\r\n`,
  },
  cloudevents: {
    contentType: 'application/x-ndjson',
    head: '',
    line: (record) => `${JSON.stringify(cloudEvent(record))}\n`,
  },
};

/** Converts a record to CloudEvents 1.0 in the JSON format. The event has the id of the record, so that receivers can detect duplicates. */
function cloudEvent(record: AuditRecord): Readonly<Record<string, unknown>> {
  return {
    specversion: '1.0',
    id: record.id,
    source: `/audit/${record.tenantId}`,
    type: `coresdk.audit.${record.action}`,
    subject: `${record.resourceType}/${record.resourceId}`,
    time: record.ts,
    datacontenttype: 'application/json',
    // The "sequence" extension must sort correctly as a string.
    sequence: String(record.sequenceId).padStart(15, '0'),
    data: record,
  };
}

/** Matches text that a spreadsheet would interpret as a formula, even after whitespace. */
const FORMULA = /^[\s]*[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

/** Formats a field (RFC 4180). An apostrophe prevents spreadsheets from evaluating text as a formula (OWASP, CSV injection). */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
