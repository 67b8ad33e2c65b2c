import type { AuditRecord, EXPORT_FORMATS } from '../contract/audit-query.types';

type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How an export is written: what comes before everything, and each record, with its line break. */
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

/** The writers of the formats. `source` of CloudEvents is the log: `/audit/<tenant>`. */
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

/** CloudEvents 1.0, JSON format. Its id is the record's, so that one who gets it twice can tell. */
function cloudEvent(record: AuditRecord): Readonly<Record<string, unknown>> {
  return {
    specversion: '1.0',
    id: record.id,
    source: `/audit/${record.tenantId}`,
    type: `coresdk.audit.${record.action}`,
    subject: `${record.resourceType}/${record.resourceId}`,
    time: record.ts,
    datacontenttype: 'application/json',
    // The extension "sequence": sorts as a text.
    sequence: String(record.sequenceId).padStart(15, '0'),
    data: record,
  };
}

/** Text that a spreadsheet would take for a formula, also after blanks. */
const FORMULA = /^[\s]*[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

/** A field of RFC 4180. A text that a spreadsheet would run is made a text by an apostrophe (OWASP, CSV injection). */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
