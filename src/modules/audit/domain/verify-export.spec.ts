import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { systemContext } from '../../../kernel/context/call-context';
import { auditEvent } from '../contract/audit.types';
import { type AppendedRecord, continueChain, type Head, NO_HASH } from './chain';
import { CHECKPOINT_KEY_NAME, type Checkpoint, checkpointText, originOf } from './checkpoint';
import type { ExportHeader, ExportNote } from './export-format';
import { GrowingTree, splitHashes } from './merkle-tree';
import { canonicalRecord } from './record';
import { type NoteVerifier, signNote } from './signed-note';
import { type ExportVerdict, ExportVerifier } from './verify-export';

const NOW_MS = 1_795_536_000_000;
const SIZE = 9;
/** Size of the log at its intermediate checkpoint. */
const MIDDLE = 4;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const verifier: NoteVerifier = { name: CHECKPOINT_KEY_NAME, key: publicKey };

interface Log {
  readonly records: readonly AppendedRecord[];
  /** The log's state before each of its records, and after the last record. */
  readonly heads: readonly Head[];
}

const emptyHead = (tenantId: string): Head => ({ tenantId, size: 0, hash: NO_HASH, frontier: Buffer.alloc(0) });

/** Extends a log with records up to a size. */
function continued({ records, heads }: Log, size: number, action = 'test.done'): Log {
  const made = { records: [...records], heads: [...heads] };
  for (let head = made.heads.at(-1); head && head.size < size; head = made.heads.at(-1)) {
    const context = systemContext(`req-${head.size}`, head.tenantId);
    const event = auditEvent(context, { action, resourceType: 'test', resourceId: `${head.size}` }, NOW_MS);
    const next = continueChain(head, [{ event, sealed: null }]);
    made.records.push(...next.records);
    made.heads.push(next.head);
  }
  return made;
}

const logOf = (first: Head, size = SIZE): Log => continued({ records: [], heads: [first] }, size);

/** Returns a log with forged records after a size, as a database owner could create it. */
function rewritten({ records, heads }: Log, from: number, first: Partial<Head> = {}): Log {
  const [unchanged, head] = [heads.slice(0, from), headAt({ heads }, from)];
  const log = { records: records.slice(0, from), heads: [...unchanged, { ...head, ...first }] };
  const rebuilt = continued(log, SIZE, 'test.undone');
  return { ...rebuilt, heads: rebuilt.heads.with(from, head) };
}

function headAt({ heads }: Pick<Log, 'heads'>, size: number): Head {
  const head = heads[size];
  if (!head) throw new Error(`The log has no ${size} records.`);
  return head;
}

function checkpointOf(log: Log, size: number): Checkpoint {
  const { tenantId, frontier } = headAt(log, size);
  const root = GrowingTree.continue(size, frontier).root();
  return { origin: originOf(tenantId), size, root, timeMs: NOW_MS + size };
}

const signed = (checkpoint: Checkpoint, key: KeyObject = privateKey): string =>
  signNote(checkpointText(checkpoint), CHECKPOINT_KEY_NAME, key);

const noteLine = (members: ExportNote): string => JSON.stringify(members);

interface ExportOptions {
  readonly from?: number;
  /**
   * The log whose checkpoints are in the export. It differs from the log whose records are in the export only if the records were
   * rewritten.
   */
  readonly signedLog?: Log;
  /** Sizes of the checkpoints, the last of which ends the export. */
  readonly sizes?: readonly number[];
}

/** Returns the lines of an export, as the product writes them. */
function exportOf(log: Log, { from = 0, signedLog = log, sizes = [MIDDLE, SIZE] }: ExportOptions = {}): string[] {
  const { tenantId, frontier } = headAt(log, from);
  const before = splitHashes(frontier).map((hash) => hash.toString('hex'));
  const header: ExportHeader = { auditLog: originOf(tenantId), v: 1, from, before };
  const lines = [JSON.stringify(header)];
  for (let at = from; at <= SIZE; at++) {
    if (sizes.includes(at)) {
      const head = (at === from ? NO_HASH : headAt(log, at).hash).toString('hex');
      lines.push(noteLine({ checkpoint: signed(checkpointOf(signedLog, at)), head, end: at === sizes.at(-1) }));
    }
    const record = log.records[at];
    if (record && at < (sizes.at(-1) ?? 0)) lines.push(canonicalRecord(record));
  }
  return lines;
}

function verdictOf(lines: readonly string[], kept: Checkpoint | null = null): ExportVerdict {
  const verified = new ExportVerifier(verifier, kept);
  for (const line of lines) verified.take(Buffer.from(line));
  return verified.finish();
}

/** Returns the line number of a record in a full export that has a checkpoint in the middle. */
const lineOf = (sequence: number): number => 1 + sequence + (sequence >= MIDDLE ? 1 : 0);
const MIDDLE_LINE = 1 + MIDDLE;
const LAST_LINE = 2 + SIZE;

const log = logOf(emptyHead('tnt-a'));
const otherLog = logOf(emptyHead('tnt-b'));
const lines = exportOf(log);
const edited = (place: number, find: string | RegExp, replace: string): string[] => {
  const line = lines.at(place) ?? '';
  const changed = line.replace(find, replace);
  if (changed === line) throw new Error(`Line ${place} has no ${String(find)}.`);
  return lines.with(place, changed);
};
const failure = (sequence: number | null, reason: string): object => ({
  ok: false,
  fault: { sequence, reason: expect.stringContaining(reason) as string },
});

describe('an unmodified export', () => {
  it.each([0, 1, 3, MIDDLE, 5, 8, SIZE])('from record %d on is valid and reports the proven range', (from) => {
    expect(verdictOf(exportOf(log, { from }))).toEqual({
      ok: true,
      shown: { origin: 'coresdk-audit/tnt-a', from, checkpoint: checkpointOf(log, SIZE) },
    });
  });

  it.each(['system', 'tnt"ü\\', 'a/b'])('of the log %j is valid', (tenantId) => {
    expect(verdictOf(exportOf(logOf(emptyHead(tenantId))))).toMatchObject({ ok: true });
  });

  it('of an empty log is valid', () => {
    expect(verdictOf(exportOf(log, { sizes: [0] }))).toMatchObject({ ok: true, shown: { checkpoint: { size: 0 } } });
  });

  it.each([
    [0, 0],
    [0, 1],
    [0, MIDDLE],
    [0, 7],
    [0, SIZE],
    [3, 3],
    [3, 5],
    [SIZE, SIZE],
  ])('from record %d on matches a kept checkpoint over %d records', (from, size) => {
    expect(verdictOf(exportOf(log, { from }), checkpointOf(log, size))).toMatchObject({ ok: true });
  });

  it('is read line by line, and counts as valid only after its last line', () => {
    const verified = new ExportVerifier(verifier, null);
    expect(verified.finish()).toEqual(failure(null, 'The export is empty.'));
    for (const line of lines) {
      expect(verified.finish()).toMatchObject({ ok: false });
      expect(verified.take(Buffer.from(line))).toBe(true);
    }
    expect(verified.finish()).toMatchObject({ ok: true });
  });
});

describe('verification names the first bad record when', () => {
  const sequences = log.records.map(({ sequence }) => sequence);

  it.each(sequences)('record %d was edited', (sequence) => {
    const reason = `Record ${sequence} was changed`;
    const changed = edited(lineOf(sequence), '"outcome":"success"', '"outcome":"denied"');
    expect(verdictOf(changed)).toEqual(failure(sequence, reason));
  });

  it.each(sequences)('record %d has a different previous hash', (sequence) => {
    const changed = edited(lineOf(sequence), /"previousHash":"./, '"previousHash":"x');
    expect(verdictOf(changed)).toEqual(failure(sequence, `Record ${sequence} was changed`));
  });

  it.each(sequences)('record %d is missing', (sequence) => {
    expect(verdictOf(lines.toSpliced(lineOf(sequence), 1))).toEqual(failure(sequence, `Record ${sequence} is missing`));
  });

  it.each(sequences)('record %d is duplicated', (sequence) => {
    const doubled = lines.toSpliced(lineOf(sequence), 0, lines[lineOf(sequence)] ?? '');
    const missing = sequence + 1;
    const reason = `Record ${missing} is missing: found record ${sequence} instead.`;
    expect(verdictOf(doubled)).toEqual(failure(missing, reason));
  });

  it.each(sequences)('record %d belongs to a different log', (sequence) => {
    const foreign = exportOf(otherLog)[lineOf(sequence)] ?? '';
    expect(verdictOf(lines.with(lineOf(sequence), foreign))).toEqual(
      failure(sequence, `Record ${sequence} belongs to a different log.`),
    );
  });

  it.each(sequences)('the line of record %d is not a record', (sequence) => {
    expect(verdictOf(lines.with(lineOf(sequence), '{"actor":"x"}'))).toEqual(
      failure(sequence, `The line for record ${sequence} is not a record.`),
    );
  });

  it('a record has no tenant, regardless of its other members', () => {
    // After a search without a match, the verifier must not read from the position of the tenant name.
    const line = '{"action":"xtnt-a","outcome":"success","sequenceId":5,"v":1}';
    expect(verdictOf(lines.with(lineOf(5), line))).toEqual(failure(5, 'Record 5 belongs to a different log.'));
  });

  it('two records were swapped', () => {
    const swapped = lines.with(lineOf(1), lines[lineOf(6)] ?? '').with(lineOf(6), lines[lineOf(1)] ?? '');
    expect(verdictOf(swapped)).toEqual(failure(1, 'Record 1 is missing: found record 6 instead.'));
  });

  it('two records were edited, however far apart', () => {
    const changed = edited(lineOf(1), '"req-1"', '"req-x"').with(lineOf(7), lines[lineOf(8)] ?? '');
    expect(verdictOf(changed)).toEqual(failure(1, 'Record 1 was changed'));
  });

  it('a record was edited in an export that starts later', () => {
    const changed = exportOf(log, { from: 6 }).map((line) => line.replace('"req-7"', '"req-x"'));
    expect(verdictOf(changed)).toEqual(failure(7, 'Record 7 was changed'));
  });

  it('the export was truncated', () => {
    expect(verdictOf(lines.slice(0, LAST_LINE))).toEqual(failure(SIZE, 'ends too early: record 9 is missing.'));
    expect(verdictOf(lines.slice(0, lineOf(6)))).toEqual(failure(6, 'ends too early: record 6 is missing.'));
    const changed = edited(lineOf(5), '"req-5"', '"req-x"');
    expect(verdictOf(changed.slice(0, lineOf(7)))).toEqual(failure(6, 'ends too early: record 7 is missing.'));
  });

  it('a checkpoint was moved', () => {
    const [note, others] = [lines[MIDDLE_LINE] ?? '', lines.toSpliced(MIDDLE_LINE, 1)];
    expect(verdictOf(others)).toMatchObject({ ok: true });
    expect(verdictOf(others.toSpliced(MIDDLE_LINE - 1, 0, note))).toEqual(
      failure(3, 'Record 3 is missing: the line is a checkpoint over 4 records.'),
    );
    expect(verdictOf(others.toSpliced(MIDDLE_LINE + 2, 0, note))).toEqual(
      failure(4, 'Record 4 comes before a checkpoint that does not cover it.'),
    );
  });

  it.each([
    ['a different key', signed(checkpointOf(log, SIZE), generateKeyPairSync('ed25519').privateKey)],
    ['the key of a different log', signed(checkpointOf(otherLog, SIZE))],
    ['nobody', checkpointText(checkpointOf(log, SIZE))],
  ])('a checkpoint is signed by %s', (_by, checkpoint) => {
    const end = noteLine({ checkpoint, head: headAt(log, SIZE).hash.toString('hex'), end: true });
    const reason = (first: number): string => `record ${first} and later ones are not verified`;
    expect(verdictOf(lines.with(LAST_LINE, end))).toEqual(failure(MIDDLE, reason(MIDDLE)));
    expect(verdictOf(lines.with(MIDDLE_LINE, end))).toEqual(failure(0, reason(0)));
    expect(verdictOf(exportOf(log, { from: 6 }).with(-1, end))).toEqual(failure(6, reason(6)));
    expect(verdictOf(lines.with(LAST_LINE, end), checkpointOf(log, 7))).toEqual(failure(7, reason(7)));
  });

  it('the signed first record claims to have a predecessor', () => {
    const cut = logOf({ ...emptyHead('tnt-a'), hash: Buffer.alloc(32, 1) });
    expect(verdictOf(exportOf(cut))).toEqual(failure(0, 'Record 0 was changed'));
  });

  it('the predecessor of the first record after a checkpoint is not the last record before it', () => {
    const grafted = rewritten(log, MIDDLE, { hash: Buffer.alloc(32, 1) });
    expect(verdictOf(exportOf(grafted))).toEqual(failure(MIDDLE, 'Record 4 was changed'));
  });
});

describe('a chain rewritten by the database owner', () => {
  it.each<[number, ExportOptions, number | null, string]>([
    [0, {}, 0, 'Records 0 to 3 do not match the checkpoint over 4 records'],
    [3, {}, 0, 'Records 0 to 3 do not match the checkpoint over 4 records'],
    [4, {}, 4, 'Records 4 to 8 do not match the checkpoint over 9 records'],
    [8, {}, 4, 'rewritten from record 4 or a later one.'],
    [8, { from: 7 }, 7, 'Records 7 to 8 do not match the checkpoint over 9 records'],
    [8, { from: 8 }, 8, 'Record 8 does not match the checkpoint over 9 records'],
    [8, { from: 9 }, null, 'The records before record 9 do not match the checkpoint over 9 records.'],
  ])('from record %d on does not match the checkpoints of an export with %j', (first, options, sequence, reason) => {
    const forged = exportOf(rewritten(log, first), { ...options, signedLog: log });
    expect(verdictOf(forged)).toEqual(failure(sequence, reason));
  });

  it.each<[number, ExportOptions, number, number | null, string]>([
    [0, { sizes: [SIZE] }, 1, 0, 'Record 0 does not match the kept checkpoint over 1 records'],
    [2, { sizes: [SIZE] }, 7, 0, 'Records 0 to 6 do not match the kept checkpoint over 7 records'],
    [4, {}, 7, 4, 'Records 4 to 6 do not match the kept checkpoint over 7 records'],
    [4, {}, 9, 4, 'Records 4 to 8 do not match the kept checkpoint over 9 records'],
    [2, { from: 5 }, 5, null, 'The records before record 5 do not match the kept checkpoint over 5 records.'],
  ])('from record %d on and signed again, exported with %j, does not match a kept checkpoint over %d', (...row) => {
    const [first, options, size, sequence, reason] = row;
    const forged = exportOf(rewritten(log, first), options);
    expect(verdictOf(forged)).toMatchObject({ ok: true });
    expect(verdictOf(forged, checkpointOf(log, size))).toEqual(failure(sequence, reason));
  });

  it('is reported from the first record after the verified checkpoint', () => {
    const forged = exportOf(rewritten(log, 8), { signedLog: log, sizes: [SIZE] });
    expect(verdictOf(forged, checkpointOf(log, 7))).toEqual(failure(7, 'Records 7 to 8 do not match'));
    expect(verdictOf(forged, checkpointOf(log, 8))).toEqual(failure(8, 'Record 8 does not match'));
  });

  it('without its newest records and checkpoints is incomplete compared with a kept checkpoint', () => {
    const cut = exportOf(log, { sizes: [MIDDLE] });
    expect(verdictOf(cut)).toMatchObject({ ok: true, shown: { checkpoint: { size: MIDDLE } } });
    expect(verdictOf(cut, checkpointOf(log, MIDDLE))).toMatchObject({ ok: true });
    expect(verdictOf(cut, checkpointOf(log, 6))).toEqual(
      failure(MIDDLE, 'Record 4 is missing: the kept checkpoint covers 6 records, the export only 4.'),
    );
  });
});

describe('an export is refused as a whole', () => {
  const withFrontier = (count: number): string[] => {
    const before = Array.from({ length: count }, () => '0'.repeat(64));
    return exportOf(log, { from: 3 }).with(0, JSON.stringify({ auditLog: originOf('tnt-a'), v: 1, from: 3, before }));
  };

  it.each<[string, readonly string[], Checkpoint | null, string]>([
    ['without its first line', lines.slice(1), null, 'The first line is not an export header.'],
    ['with lines after its end', [...lines, lines[1] ?? ''], null, 'There are lines after the end of the export.'],
    ['with two ends', [...lines, lines[LAST_LINE] ?? ''], null, 'There are lines after the end of the export.'],
    [
      'with one subtree missing',
      withFrontier(1),
      null,
      'The first line does not have the tree before its first record.',
    ],
    ['with one extra subtree', withFrontier(3), null, 'The first line does not have the tree before its first record.'],
    [
      'of a log to which the kept checkpoint does not belong',
      lines,
      checkpointOf(otherLog, SIZE),
      'The kept checkpoint is for coresdk-audit/tnt-b, the export for coresdk-audit/tnt-a.',
    ],
    [
      'that begins after the kept checkpoint',
      exportOf(log, { from: 5 }),
      checkpointOf(log, 4),
      'The kept checkpoint covers 4 records; the export must begin at or before record 4.',
    ],
  ])('%s', (_what, changed, kept, reason) => {
    expect(verdictOf(changed, kept)).toEqual(failure(null, reason));
  });

  it('at its first error, and further lines are rejected', () => {
    const verified = new ExportVerifier(verifier, null);
    const taken = lines.toSpliced(lineOf(2), 1).map((line) => verified.take(Buffer.from(line)));
    expect(taken).toEqual(taken.map((_, place) => place < lineOf(2)));
    expect(verified.finish()).toEqual(failure(2, 'Record 2 is missing'));
  });
});

it('a key that cannot verify signatures causes an error instead of a failed verification', () => {
  const verified = new ExportVerifier({ name: null, key: createSecretKey(Buffer.alloc(32)) }, null);
  for (const line of lines.slice(0, MIDDLE_LINE)) verified.take(Buffer.from(line));
  expect(() => verified.take(Buffer.from(lines[MIDDLE_LINE] ?? ''))).toThrow('options.format');
});
