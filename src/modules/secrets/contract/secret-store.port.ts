import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { SecretInput, SecretVersion, TaggedSecret } from './secrets.types';

/**
 * The secrets of a tenant, without their values: those come out by `SecretsPort` alone. The tenant is the context's;
 * another tenant's secret is `not_found`. Each write is a new revision, whose tag is the `ETag`.
 * Errors of all: `unavailable` when the store is away or the master key is wrong.
 */
export abstract class SecretStorePort {
  /**
   * Writes a new version; a deleted secret is there again. Of many writers with one condition one wins.
   * Errors: `invalid_request` for a name or value that is none; `conflict` when `cas` is not the current version, or the
   * tenant has too many secrets; `precondition_failed`.
   */
  abstract put(context: CallContext, name: string, input: SecretInput, condition: Condition): Promise<TaggedSecret>;

  /** By name. Deleted ones are among them. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<TaggedSecret['secret']>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, name: string): Promise<TaggedSecret>;

  /** Newest first. Errors: `not_found`. */
  abstract versions(context: CallContext, name: string, query: PageQuery): Promise<Page<SecretVersion>>;

  /** Nothing of it is resolved any more; {@link undelete} brings it back. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, name: string, condition: Condition): Promise<TaggedSecret>;

  /** Errors: `not_found`, also when it is not deleted. */
  abstract undelete(context: CallContext, name: string): Promise<TaggedSecret>;

  /**
   * Erases the bytes of versions, for ever; for `null` the whole secret with its versions.
   * @returns the secret, `null` when it is gone. Errors: `not_found` for a secret or version that is not there.
   */
  abstract destroy(
    context: CallContext,
    name: string,
    versions: readonly number[] | null,
  ): Promise<TaggedSecret | null>;
}
