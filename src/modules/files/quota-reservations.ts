import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import { Database } from '../../kernel/database/database';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import { Clock } from '../../kernel/time/clock';
import { FileQuotas, noRoom } from './file-quotas';
import { filesConfig, type FilesConfig } from './files.config';
import { tooLarge } from './upload-stream';
import { type Quota, QuotaRepository } from './storage/quota.repository';
import type { NewUpload } from './storage/upload.row';
import { UploadsRepository } from './storage/uploads.repository';

/** How long a single-request upload stays valid without a heartbeat from its process. */
const LEASE_MS = 90_000;
const RENEW_EVERY_MS = 20_000;
/** Bytes that an upload of unknown size reserves at a time. */
const STEP_BYTES = 32 * 1024 * 1024;

/** An upload as declared before its first byte. */
export type Announced = Omit<NewUpload, 'reservedBytes' | 'nowMs' | 'expiresAtMs'>;

/** The quota reserved for an upload. It grows while the upload continues. */
export class QuotaReservation {
  private readonly renewedAt = { ms: 0 };

  constructor(
    private readonly room: QuotaReservations,
    readonly tenantId: string,
    readonly uploadId: string,
    readonly maxBytes: number,
    private readonly quota: Quota,
    private reservedBytes: number,
    private readonly isLeased: boolean,
  ) {
    this.renewedAt.ms = room.nowMs();
  }

  /** For {@link Intake}: accepts bytes that fit, and renews the lease of this process. */
  readonly admit = (totalBytes: number): Promise<void> | undefined => {
    if (totalBytes > this.reservedBytes) return this.grow(totalBytes);
    if (this.isLeased && this.room.nowMs() - this.renewedAt.ms >= RENEW_EVERY_MS) return this.renew();
    return undefined;
  };

  private async grow(totalBytes: number): Promise<void> {
    const missing = totalBytes - this.reservedBytes;
    // Near the limit, a full step might not fit even though the missing bytes do.
    const wanted = Math.min(Math.max(missing, STEP_BYTES), Math.max(missing, this.maxBytes - this.reservedBytes));
    this.reservedBytes += await this.room.grow(this.tenantId, this.uploadId, [wanted, missing], this.quota);
  }

  private async renew(): Promise<void> {
    await this.room.renew(this.tenantId, this.uploadId);
    this.renewedAt.ms = this.room.nowMs();
  }
}

/** Reserves quota for uploads, so that a tenant's quota is exact, however many uploads run concurrently. */
@Injectable()
export class QuotaReservations {
  constructor(
    private readonly database: Database,
    private readonly counts: QuotaRepository,
    private readonly uploads: UploadsRepository,
    private readonly quotas: FileQuotas,
    private readonly clock: Clock,
    @InjectConfig(filesConfig) private readonly config: FilesConfig,
  ) {}

  nowMs(): number {
    return this.clock.nowMs();
  }

  /**
   * Reserves the declared size of an upload, and stores the upload.
   * @param also writes additional rows in the same transaction. Errors: `payload_too_large`, `rate_limited`, `forbidden`.
   */
  async begin(
    context: CallContext,
    upload: Announced,
    options: { readonly maxBytes: number | null; readonly also: (tx: Tx) => Promise<void> },
  ): Promise<QuotaReservation> {
    const tenantId = requireTenant(context);
    const quota = await this.quotas.quotaOf(context);
    const maxBytes = Math.min(this.config.FILES_MAX_BYTES, options.maxBytes ?? Number.MAX_SAFE_INTEGER);
    const bytes = upload.sizeBytes ?? 0;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    const nowMs = this.nowMs();
    const isLeased = upload.metadata === null;
    const expiresAtMs = nowMs + (isLeased ? LEASE_MS : this.resumableMs);
    await this.database.tenantTransaction(tenantId, async (tx) => {
      const full = await this.counts.reserve(tx, tenantId, bytes, 1, quota);
      if (full !== null) throw noRoom(full, bytes, quota);
      await this.uploads.insert(tx, tenantId, { ...upload, reservedBytes: bytes, nowMs, expiresAtMs });
      await options.also(tx);
    });
    return new QuotaReservation(this, tenantId, upload.id, maxBytes, quota, bytes, isLeased);
  }

  /** Returns the reservation of an upload that continues. */
  async resume(
    context: CallContext,
    upload: { readonly id: string; readonly reservedBytes: number },
  ): Promise<QuotaReservation> {
    const quota = await this.quotas.quotaOf(context);
    const { FILES_MAX_BYTES } = this.config;
    return new QuotaReservation(
      this,
      requireTenant(context),
      upload.id,
      FILES_MAX_BYTES,
      quota,
      upload.reservedBytes,
      false,
    );
  }

  /** The time limit of a resumable upload. */
  get resumableMs(): number {
    return this.config.FILES_UPLOAD_HOURS * 3_600_000;
  }

  get maxBytes(): number {
    return this.config.FILES_MAX_BYTES;
  }

  /**
   * Reserves the first of the amounts that fits.
   * @returns that amount. Errors: `payload_too_large`, `conflict`.
   */
  async grow(tenantId: string, uploadId: string, amounts: readonly number[], quota: Quota): Promise<number> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      let refused: Error | null = null;
      for (const bytes of amounts) {
        const full = await this.counts.reserve(tx, tenantId, bytes, 0, quota);
        if (full === null) {
          if (!(await this.uploads.addReserved(tx, tenantId, uploadId, bytes))) throw givenUp();
          return bytes;
        }
        refused = noRoom(full, bytes, quota);
      }
      throw refused ?? new Error('No amount was requested.');
    });
  }

  /** Renews the lease. Errors: `conflict` if the upload was abandoned in the meantime. */
  async renew(tenantId: string, uploadId: string): Promise<void> {
    if (!(await this.uploads.renew(tenantId, uploadId, this.nowMs() + LEASE_MS))) throw givenUp();
  }

  /** Releases the entire reservation; the upload's objects become unreferenced. A finished upload stays finished. */
  async giveUp(
    tenantId: string,
    uploadId: string,
    also: (tx: Tx) => Promise<void> = () => Promise.resolve(),
  ): Promise<boolean> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const ended = await this.uploads.end(tx, tenantId, uploadId);
      if (ended === null) return false;
      await this.counts.settle(tx, tenantId, { reserved: -ended.reservedBytes, uploads: -ended.uploads });
      await also(tx);
      return true;
    });
  }
}

/** Returns the error for an upload that received no bytes for too long. */
export function givenUp(): AppError {
  return new AppError('conflict', 'This upload was abandoned: it received no bytes for too long. Start it again.');
}
