import { createHash } from 'node:crypto';
import type { ArchiveKey } from './archive-key';
import {
  type ArchiveHeader,
  type ArchiveManifest,
  provenText,
  rowLine,
  type SectionEnd,
  type SectionStart,
} from './archive-lines';

/** Creates the lines of an archive, in the order of the calls, and their manifest. */
export class ArchiveWriter {
  private readonly hash = createHash('sha256');
  private readonly sections: { table: string; rows: number; sha256: string }[] = [];
  private digest = new RowDigest();

  /** @param sign creates a signed note from a string. */
  constructor(
    private readonly key: ArchiveKey | null,
    private readonly sign: (text: string) => string,
  ) {}

  header(header: ArchiveHeader): string {
    return this.line(JSON.stringify(header));
  }

  start(section: SectionStart): string {
    this.digest = new RowDigest();
    return this.line(JSON.stringify(section));
  }

  /** Returns the line for a row. @param stored the row as stored in the database. @param exported its exported form. */
  row(stored: string, exported: string): string {
    this.digest.add(stored);
    return this.line(rowLine(exported));
  }

  end(table: string): string {
    const { rows, sha256 } = this.digest;
    this.sections.push({ table, rows, sha256 });
    return this.line(JSON.stringify({ end: table, rows, sha256 } satisfies SectionEnd));
  }

  manifest(leftOut: ArchiveManifest['leftOut']): string {
    const said = { manifest: this.sections, leftOut, sha256: this.hash.digest('hex') };
    const text = provenText(said);
    const proofs = { mac: this.key?.mac(text) ?? null, note: this.sign(text) };
    return `${JSON.stringify({ ...said, ...proofs } satisfies ArchiveManifest)}\n`;
  }

  private line(text: string): string {
    const line = `${text}\n`;
    this.hash.update(line);
    return line;
  }
}

/**
 * A running SHA-256 over rows. Each step hashes the digest so far together with the digest of the next row's JSON. An export and an erasure
 * certificate both contain this digest, so that they can be compared.
 */
class RowDigest {
  private digest: Buffer = Buffer.alloc(0);
  private count = 0;

  add(json: string): void {
    this.digest = createHash('sha256').update(this.digest).update(createHash('sha256').update(json).digest()).digest();
    this.count++;
  }

  get rows(): number {
    return this.count;
  }

  /** The digest in hexadecimal. If there were no rows, this is the digest of an empty input. */
  get sha256(): string {
    return this.count === 0 ? createHash('sha256').digest('hex') : this.digest.toString('hex');
  }
}
