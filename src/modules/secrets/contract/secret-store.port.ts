import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { SecretInput, SecretVersion, TaggedSecret } from './secrets.types';

/**
 * A tenant's secrets, without their values, which only `SecretsPort` returns. The context determines the tenant; another tenant's
 * secret is `not_found`. Each write creates a new revision, whose tag is the `ETag`. Errors of all methods: `unavailable` if the store is
 * unavailable or the master key is wrong.
 */
export abstract class SecretStorePort {
  /**
   * Writes a new version; this also restores a deleted secret. Of several concurrent writers with the same condition, only one succeeds.
   * Errors: `invalid_request` for an invalid name or value; `conflict` if `cas` is not the current version, or the tenant has too many
   * secrets; `precondition_failed`.
   */
  abstract put(context: CallContext, name: string, input: SecretInput, condition: Condition): Promise<TaggedSecret>;

  /** Lists secrets, including deleted ones, sorted by name. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<TaggedSecret['secret']>>;

  /** Returns a secret. Errors: `not_found`. */
  abstract get(context: CallContext, name: string): Promise<TaggedSecret>;

  /** Lists versions, newest first. Errors: `not_found`. */
  abstract versions(context: CallContext, name: string, query: PageQuery): Promise<Page<SecretVersion>>;

  /** Deletes a secret: it can no longer be resolved. {@link undelete} restores it. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, name: string, condition: Condition): Promise<TaggedSecret>;

  /** Restores a deleted secret. Errors: `not_found`, including for a secret that is not deleted. */
  abstract undelete(context: CallContext, name: string): Promise<TaggedSecret>;

  /**
   * Permanently erases the content of the given versions, or, if `versions` is `null`, the entire secret with its versions.
   * @returns the secret, or `null` if it no longer exists. Errors: `not_found` for a secret or version that does not exist.
   */
  abstract destroy(
    context: CallContext,
    name: string,
    versions: readonly number[] | null,
  ): Promise<TaggedSecret | null>;
}
