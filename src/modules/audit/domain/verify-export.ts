import { hash } from 'node:crypto';
import { type Checkpoint, openCheckpoint } from './checkpoint';
import { type ExportHeader, readHeader, readNote } from './export-format';
import { GrowingTree, leafHash } from './merkle-tree';
import type { NoteVerifier } from './signed-note';

/** A fault found in an export. */
export interface ExportFault {
  /** Sequence of the first record that differs from the signed record; `null` when the fault is not in a record. */
  readonly sequence: number | null;
  /** The fault, as a full sentence. */
  readonly reason: string;
}

/** The verified facts about a valid export. */
export interface VerifiedExport {
  readonly origin: string;
  /** Sequence of the first record. */
  readonly from: number;
  /** The checkpoint that covers all records. */
  readonly checkpoint: Checkpoint;
}

export type ExportVerdict =
  { readonly ok: true; readonly shown: VerifiedExport } | { readonly ok: false; readonly fault: ExportFault };

class Fault extends Error {
  constructor(
    readonly sequence: number | null,
    reason: string,
  ) {
    super(reason);
  }
}

const RECORD = Buffer.from('{"action":');
const PREVIOUS = Buffer.from(',"previousHash":"');
const SEQUENCE = Buffer.from(',"sequenceId":');
const TENANT = Buffer.from(',"tenantId":"');

/**
 * Verifies an export line by line, in constant memory: the position and hash of each record, the tree over all records, and every
 * checkpoint against the public key.
 * @param kept a checkpoint of the log that was stored elsewhere; the records that it covers must still exist.
 */
export class ExportVerifier {
  private header: ExportHeader | null = null;
  private last: Checkpoint | null = null;
  private tree = GrowingTree.empty();
  /** Hash of the previous record; `null` when the export does not contain it. */
  private previous: string | null = '0'.repeat(64);
  private tenant: Buffer = Buffer.alloc(0);
  /** A record that does not continue the record before it. */
  private suspect: number | null = null;
  /** Number of records that a checkpoint has confirmed. */
  private vouched = 0;
  private fault: ExportFault | null = null;

  constructor(
    private readonly verifier: NoteVerifier,
    private readonly kept: Checkpoint | null,
  ) {}

  /** Verifies a line without its newline. @returns false when it finds a fault: the caller can stop reading. */
  take(line: Buffer): boolean {
    if (this.fault) return false;
    try {
      if (this.header === null) this.begin(line.toString());
      else if (this.last !== null) throw new Fault(null, 'There are lines after the end of the export.');
      else if (line.subarray(0, RECORD.length).equals(RECORD)) this.takeRecord(line);
      else this.takeNote(line.toString(), this.header);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.fault = { sequence: error.sequence, reason: error.message };
    }
    return this.fault === null;
  }

  /** Returns the verdict after the last line. */
  finish(): ExportVerdict {
    if (this.fault) return { ok: false, fault: this.fault };
    const { header, last, tree } = this;
    if (header === null) return failed(null, 'The export is empty.');
    if (last === null)
      return failed(this.suspect ?? tree.size, `The export ends too early: record ${tree.size} is missing.`);
    return { ok: true, shown: { origin: header.auditLog, from: header.from, checkpoint: last } };
  }

  private begin(line: string): void {
    const header = readHeader(line);
    if (header === null) throw new Fault(null, 'The first line is not an export header.');
    if (this.kept && this.kept.origin !== header.auditLog) {
      throw new Fault(null, `The kept checkpoint is for ${this.kept.origin}, the export for ${header.auditLog}.`);
    }
    try {
      this.tree = GrowingTree.continue(header.from, Buffer.from(header.before.join(''), 'hex'));
    } catch {
      throw new Fault(null, 'The first line does not have the tree before its first record.');
    }
    if (this.kept && this.kept.size < header.from) {
      const detail = `the export must begin at or before record ${this.kept.size}`;
      throw new Fault(null, `The kept checkpoint covers ${this.kept.size} records; ${detail}.`);
    }
    if (header.from > 0) this.previous = null;
    this.vouched = header.from;
    this.tenant = Buffer.from(JSON.stringify(header.auditLog.slice(header.auditLog.indexOf('/') + 1)).slice(1));
    this.header = header;
    this.checkKept();
  }

  private takeRecord(line: Buffer): void {
    const place = this.tree.size;
    const sequence = Number(memberAfter(line, SEQUENCE, 16).toString().split(',')[0]);
    if (!memberAfter(line, TENANT, this.tenant.length).equals(this.tenant)) {
      throw new Fault(place, `Record ${place} belongs to a different log.`);
    }
    if (sequence !== place) {
      throw new Fault(place, `Record ${place} is missing: found record ${sequence} instead.`);
    }
    const before = memberAfter(line, PREVIOUS, 64).toString('latin1');
    this.judgeSuspect(before);
    if (this.previous !== null && before !== this.previous) this.suspect = place;
    this.previous = hash('sha256', line, 'hex');
    this.tree.append(leafHash(line));
    this.checkKept();
  }

  /**
   * Resolves a mismatch between a record and the previous one. The next line shows which of the two was changed: if it continues the second
   * record, that record is intact.
   */
  private judgeSuspect(next: string): void {
    if (this.suspect === null) return;
    const bad = next === this.previous && this.vouched < this.suspect ? this.suspect - 1 : this.suspect;
    throw new Fault(bad, `Record ${bad} was changed: it does not match the adjacent records.`);
  }

  private takeNote(line: string, header: ExportHeader): void {
    const place = this.tree.size;
    const note = readNote(line);
    if (note === null) throw new Fault(place, `The line for record ${place} is not a record.`);
    const checkpoint = openCheckpoint(note.checkpoint, this.verifier);
    if (checkpoint === null || checkpoint.origin !== header.auditLog) {
      const detail = `record ${this.vouched} and later ones are not verified`;
      throw new Fault(this.vouched, `A checkpoint is not signed by this key for this log: ${detail}.`);
    }
    if (place < checkpoint.size) {
      throw new Fault(place, `Record ${place} is missing: the line is a checkpoint over ${checkpoint.size} records.`);
    }
    if (place > checkpoint.size) {
      throw new Fault(checkpoint.size, `Record ${checkpoint.size} comes before a checkpoint that does not cover it.`);
    }
    this.judgeSuspect(note.head);
    if (note.head !== this.previous && place > header.from) {
      throw new Fault(place - 1, `Record ${place - 1} was changed: its hash differs from the recorded one.`);
    }
    if (!this.tree.root().equals(checkpoint.root)) throw this.rewritten(checkpoint, 'the checkpoint');
    this.vouched = place;
    if (note.end) this.end(checkpoint);
  }

  private end(checkpoint: Checkpoint): void {
    const { size } = checkpoint;
    if (this.kept && this.kept.size > size) {
      const detail = `the kept checkpoint covers ${this.kept.size} records, the export only ${size}`;
      throw new Fault(size, `Record ${size} is missing: ${detail}.`);
    }
    this.last = checkpoint;
  }

  private checkKept(): void {
    const { kept, tree } = this;
    if (kept?.size !== tree.size) return;
    if (!tree.root().equals(kept.root)) throw this.rewritten(kept, 'the kept checkpoint');
    this.vouched = tree.size;
  }

  private rewritten(checkpoint: Checkpoint, which: string): Fault {
    const [first, last] = [this.vouched, checkpoint.size - 1];
    const detail = `not match ${which} over ${checkpoint.size} records`;
    if (first > last) return new Fault(null, `The records before record ${first} do ${detail}.`);
    const what = first === last ? `Record ${first} does` : `Records ${first} to ${last} do`;
    return new Fault(first, `${what} ${detail}: the chain was rewritten from record ${first} or a later one.`);
  }
}

function failed(sequence: number | null, reason: string): ExportVerdict {
  return { ok: false, fault: { sequence, reason } };
}

/**
 * Returns the bytes after the last occurrence of a member's name. Names never occur within a string value, because its quotes are
 * escaped.
 */
function memberAfter(line: Buffer, name: Buffer, length: number): Buffer {
  const at = line.lastIndexOf(name);
  return at < 0 ? Buffer.alloc(0) : line.subarray(at + name.length, at + name.length + length);
}
