import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { DeletionQuery, ErasureView, ExportOrder, ImportReport } from './tenant-lifecycle.types';
import type { Tenant } from './tenants.types';

/** The options of an import. */
export interface ImportOptions {
  /** A new slug for the tenant; `null` keeps the slug from the archive. */
  readonly slug: string | null;
  /** Passphrase of a sealed archive; `null` for an archive without secrets. */
  readonly passphrase: string | null;
  /**
   * The public key of the installation that must have signed the archive, as returned by its GET /api/v1/audit/key; `null` for this one.
   */
  readonly acceptedKey: string | null;
}

/** Creates, deletes, exports and imports tenants with all their rows. Only for platform administrators; the surface checks that. */
export abstract class TenantLifecyclePort {
  /**
   * Exports the tenant as a gzipped archive, from one consistent snapshot of its rows. The archive ends with its manifest; an archive
   * without a manifest has been cut off. The installation's key signs the manifest. The export stops if the reader takes longer than 15 s
   * for one chunk, or if `signal` aborts. Errors: `not_found`; `unavailable` if the installation has no signing key.
   */
  abstract export(
    context: CallContext,
    idOrSlug: string,
    order: ExportOrder,
    signal: AbortSignal,
  ): Promise<{ readonly fileName: string; readonly bytes: AsyncIterable<Uint8Array> }>;

  /**
   * Imports an archive, completely or not at all. The tenant and its apps keep their ids, so its encrypted values can still be decrypted,
   * and references to it do not need to change. Sign-ins are not imported. The archive must be signed by this installation or the accepted
   * key, or sealed with the passphrase. Otherwise its author could choose the roles of users here. Errors: `unprocessable` for an archive
   * that is broken, forged, from an untrusted source, cut off or incompatible; `conflict` if the tenant, its slug or one of its apps
   * already exists; `payload_too_large`.
   */
  abstract import(
    context: CallContext,
    archive: AsyncIterable<Uint8Array>,
    options: ImportOptions,
  ): Promise<ImportReport>;

  /**
   * Refuses every token of the tenant from now on, and erases the tenant when its grace period ends. Until then, the tenant can be
   * activated again. Errors: `not_found`; `invalid_request` if `confirm` is not the tenant's slug; `conflict` for the tenant of the
   * platform's own console.
   */
  abstract delete(context: CallContext, idOrSlug: string, query: DeletionQuery): Promise<Tenant>;

  /** Lists tenants that have been erased or are being erased, oldest first. */
  abstract listErasures(context: CallContext, query: PageQuery): Promise<Page<ErasureView>>;

  /** Returns the erasure of a tenant. Errors: `not_found`. */
  abstract erasure(context: CallContext, id: string): Promise<ErasureView>;
}
