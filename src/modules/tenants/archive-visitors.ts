import type { Change } from '../../kernel/changes/change';
import { AppError } from '../../kernel/errors/app-error';
import type { Sealer } from '../../kernel/sealing/sealer';
import type { TenantRow, TenantTable } from '../../kernel/tenant-data/tenant-data';
import type { ArchiveProof } from './contract/tenant-lifecycle.types';
import { ArchiveKey } from './domain/archive-key';
import type { ArchiveHeader, ArchiveManifest, SectionStart } from './domain/archive-lines';
import type { ArchivedRow, ArchiveVisitor } from './domain/archive-reader';

const TENANTS = 'tenants.tenants';
const BATCH_BYTES = 4 * 1024 * 1024;
const MAX_BATCH_ROWS = 2_000;

type Tables = ReadonlyMap<string, TenantTable>;

/**
 * The first pass. Every row must belong to the archive's only tenant, be in a table that can be imported, and contain the columns that the
 * archive declares. Derives the key, and reads the tenant's own row.
 */
export class CheckingVisitor implements ArchiveVisitor {
  private known: ArchiveHeader | null = null;
  private ownRow: TenantRow | null = null;
  private columns = '';
  private credentials: readonly string[] = [];
  private prover: ArchiveProof | null = null;
  key: ArchiveKey | null = null;

  constructor(
    private readonly tables: Tables,
    private readonly passphrase: string | null,
    private readonly isSigned: (note: string, text: string, by: string | null) => boolean,
    private readonly acceptedKey: string | null,
  ) {}

  get tenantId(): string {
    if (this.known === null) throw unfit('it has no header');
    return this.known.tenant.id;
  }

  get provenBy(): ArchiveProof {
    if (this.prover === null) throw unfit('it has no proof of its origin');
    return this.prover;
  }

  get tenantRow(): TenantRow {
    if (this.ownRow === null) throw unfit('it has no row for its tenant');
    return this.ownRow;
  }

  async header(header: ArchiveHeader): Promise<ArchiveKey | null> {
    this.known = header;
    if (header.secrets === 'excluded') return null;
    if (header.salt === null) throw unfit('it is sealed and has no salt');
    if (this.passphrase === null) throw unfit('it is sealed; send its passphrase in X-Archive-Passphrase');
    this.key = await ArchiveKey.of(this.passphrase, header.salt);
    return this.key;
  }

  start({ table, columns }: SectionStart): Promise<void> {
    const known = this.tables.get(table);
    if (known === undefined || typeof known.exported === 'object')
      throw unfit(`"${table}" is not a table that can be imported`);
    if (known.exported === 'sealed' && this.key === null)
      throw unfit(`${table} can only be imported with a passphrase`);
    this.columns = [...columns].sort().join();
    this.credentials = this.key === null ? (known.credentials ?? []) : [];
    return Promise.resolve();
  }

  row(table: string, { row }: ArchivedRow): Promise<void> {
    if (Object.keys(row).sort().join() !== this.columns)
      throw unfit(`a row of ${table} has different columns than declared`);
    if (row[table === TENANTS ? 'id' : 'tenant_id'] !== this.tenantId)
      throw unfit(`${table} has a row of a different tenant`);
    if (this.credentials.some((column) => row[column] !== null))
      throw unfit(`the credentials in ${table} can only be imported with a passphrase`);
    if (table === TENANTS) {
      if (this.ownRow !== null) throw unfit('it has more than one tenant');
      this.ownRow = row;
    }
    return Promise.resolve();
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * Checks the signature. The author of an archive controls all its content, including roles and entitlements. Therefore, it must be signed
   * with the key that the administrator named or, if there is none, with this installation's key. Alternatively, a passphrase that both
   * sides know must prove its origin.
   */
  proven({ note }: ArchiveManifest, text: string, isByPassphrase: boolean): void {
    if (this.acceptedKey !== null) {
      if (!this.isSigned(note, text, this.acceptedKey))
        throw unfit('it is not signed by the public key that you accept');
      this.prover = 'accepted_key';
    } else if (this.isSigned(note, text, null)) {
      this.prover = 'own_key';
    } else if (isByPassphrase) {
      this.prover = 'passphrase';
    } else {
      throw unfit(
        'it is not signed by this installation. If you trust the installation that exported it, export with a passphrase, or send its public key (GET /api/v1/audit/key there) in X-Archive-Public-Key',
      );
    }
  }
}

/** The target for rows: the transaction that imports a tenant. */
export interface RowSink {
  columns(table: string): Promise<readonly string[]>;
  insert(table: string, lines: readonly string[]): Promise<void>;
  announce(changes: readonly Change[]): Promise<void>;
}

interface Counted {
  readonly table: string;
  rows: number;
  refused: number;
}

/** The second pass, over an archive that the first pass found to be complete. Writes its rows to the sink in batches. */
export class WritingVisitor implements ArchiveVisitor {
  readonly counts: Counted[] = [];
  private lines: string[] = [];
  private changes: Change[] = [];
  private bytes = 0;

  constructor(
    private readonly tables: Tables,
    private readonly tenantId: string,
    private readonly key: ArchiveKey | null,
    private readonly sealer: Sealer,
    private readonly sink: RowSink,
  ) {}

  header(): Promise<ArchiveKey | null> {
    return Promise.resolve(this.key);
  }

  async start({ table, columns }: SectionStart): Promise<void> {
    const stored = new Set(await this.sink.columns(table));
    const unknown = columns.find((column) => !stored.has(column));
    if (unknown !== undefined) throw unfit(`${table} has no column "${unknown}" in this installation`);
    this.counts.push({ table, rows: 0, refused: 0 });
  }

  async row(name: string, archived: ArchivedRow): Promise<void> {
    const counted = this.counts.at(-1);
    const table = this.tables.get(name);
    if (table === undefined || counted === undefined) throw unfit(`${name} is not open`);
    const admitted = table.admitted === undefined ? archived.row : table.admitted(archived.row);
    if (admitted === null) {
      counted.refused++;
      return;
    }
    counted.rows++;
    if (table.announced) this.changes.push(table.announced(admitted, this.tenantId));
    if (name === TENANTS) return;
    const arrived = this.arrived(table, admitted);
    const line = arrived === archived.row ? archived.json : JSON.stringify(arrived);
    this.lines.push(line);
    this.bytes += line.length;
    if (this.bytes >= BATCH_BYTES || this.lines.length >= MAX_BATCH_ROWS) await this.flush(name);
  }

  end(table: string): Promise<void> {
    return this.flush(table);
  }

  /** Does nothing, because the first pass has checked the origin. */
  proven(): void {
    return;
  }

  private async flush(table: string): Promise<void> {
    if (this.lines.length > 0) await this.sink.insert(table, this.lines);
    if (this.changes.length > 0) await this.sink.announce(this.changes);
    this.lines = [];
    this.changes = [];
    this.bytes = 0;
  }

  /** Returns the row for this installation. Re-encrypts values sealed with the archive's key using `MASTER_KEY`. */
  private arrived({ table, sealedByMaster }: TenantTable, row: TenantRow): TenantRow {
    if (sealedByMaster === undefined) return row;
    const { column, owner } = sealedByMaster;
    const value = row[column];
    if (value === null) return row;
    if (this.key === null || typeof value !== 'string') throw unfit(`${table} has a sealed value without a key`);
    try {
      const bytes = this.key.open(Buffer.from(value.slice(2), 'hex'), owner(row));
      return { ...row, [column]: `\\x${this.sealer.seal(bytes, owner(row)).toString('hex')}` };
    } catch (cause) {
      throw unfit(`a sealed value of ${table} cannot be decrypted`, cause);
    }
  }
}

function unfit(message: string, cause?: unknown): AppError {
  return new AppError('unprocessable', `The archive cannot be imported: ${message}.`, { cause });
}
