import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { DeletionQuery, ErasureView, ExportOrder, ImportReport } from './tenant-lifecycle.types';
import type { Tenant } from './tenants.types';

/** How an archive is taken in. */
export interface ImportOptions {
  /** Another slug than the archive's; `null` for that. */
  readonly slug: string | null;
  /** Of a sealed archive; `null` for one without secrets. */
  readonly passphrase: string | null;
  /** Public key of another installation, as its GET /api/v1/audit/key gives it, that is to have signed it; `null`: none. */
  readonly acceptedKey: string | null;
}

/** How tenants come in and go, all their rows with them. For platform administrators; the surface checks that. */
export abstract class TenantLifecyclePort {
  /**
   * The tenant as a gzipped archive, from one unchanging view of its rows. It ends with its manifest; one without was cut
   * off. Its manifest is signed by the key of the installation. Reading it slower than one chunk in 15 s, or `signal`, ends it. Errors: `not_found`;
   * `unavailable` where the installation has no such key.
   */
  abstract export(
    context: CallContext,
    idOrSlug: string,
    order: ExportOrder,
    signal: AbortSignal,
  ): Promise<{ readonly fileName: string; readonly bytes: AsyncIterable<Uint8Array> }>;

  /**
   * Takes an archive in, whole or not at all. The tenant keeps its id, and its apps theirs: what was sealed for it opens,
   * and nothing that names it has to change. Nobody's sign-in comes with it.
   * It has to be signed by this installation or the accepted key, or sealed by the passphrase: else whoever made it could
   * choose who has which roles here.
   * Errors: `unprocessable` for an archive that is broken, forged, another's, cut off or does not fit; `conflict` when the tenant, its
   * slug or an app of it is here already; `payload_too_large`.
   */
  abstract import(
    context: CallContext,
    archive: AsyncIterable<Uint8Array>,
    options: ImportOptions,
  ): Promise<ImportReport>;

  /**
   * Refuses every token of the tenant from now on and erases it when its grace is over; until then it can be activated
   * again. Errors: `not_found`; `invalid_request` when `confirm` is not its slug; `conflict` for the tenant of the
   * platform's own console.
   */
  abstract delete(context: CallContext, idOrSlug: string, query: DeletionQuery): Promise<Tenant>;

  /** Tenants that were erased or are being, the oldest first. */
  abstract listErasures(context: CallContext, query: PageQuery): Promise<Page<ErasureView>>;

  /** Errors: `not_found`. */
  abstract erasure(context: CallContext, id: string): Promise<ErasureView>;
}
