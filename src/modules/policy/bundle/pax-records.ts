import { ArchiveError } from './gunzip';

const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * The records of a pax extended header: `<length> <name>=<value>\n`, the length counting the whole record in bytes.
 * A later record of a name replaces an earlier one. Errors: {@link ArchiveError}.
 */
export function readPaxRecords(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let offset = 0; offset < content.length;) {
    const space = content.indexOf(SPACE, offset);
    const digits = space === -1 ? '' : content.toString('latin1', offset, space);
    const length = /^[1-9]\d{0,5}$/.test(digits) ? Number(digits) : 0;
    const end = offset + length;
    if (end <= space + 1 || end > content.length || content[end - 1] !== NEWLINE) {
      throw new ArchiveError('archive_invalid', 'A pax header of the archive is damaged.');
    }
    const record = content.toString('utf8', space + 1, end - 1);
    const equals = record.indexOf('=');
    if (equals < 1) throw new ArchiveError('archive_invalid', 'A pax header of the archive is damaged.');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    offset = end;
  }
  return records;
}
