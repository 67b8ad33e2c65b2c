import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { NewSecretBundle, NewSecretGrant, SecretBundle, SecretGrant, TaggedBundle } from './secret-access.types';

/** Bundles of references, and grants, which determine who can resolve which secrets. The context determines the tenant. */
export abstract class SecretAccessPort {
  /**
   * Creates or replaces a bundle. Errors: `precondition_failed`; `conflict` if the limit is reached; `invalid_request` for an invalid name.
   */
  abstract putBundle(
    context: CallContext,
    name: string,
    input: NewSecretBundle,
    condition: Condition,
  ): Promise<TaggedBundle>;

  /** Lists bundles, sorted by name. */
  abstract listBundles(context: CallContext, query: PageQuery): Promise<Page<SecretBundle>>;

  /** Returns a bundle. Errors: `not_found`. */
  abstract getBundle(context: CallContext, name: string): Promise<TaggedBundle>;

  /** Deletes a bundle and its grants. Errors: `not_found`; `precondition_failed`. */
  abstract removeBundle(context: CallContext, name: string, condition: Condition): Promise<void>;

  /**
   * Creates a grant. Errors: `invalid_request` for a user, group or bundle that does not exist in the tenant; `conflict` if the limit is
   * reached.
   */
  abstract grant(context: CallContext, input: NewSecretGrant): Promise<SecretGrant>;

  /** Lists grants, oldest first. */
  abstract listGrants(context: CallContext, query: PageQuery): Promise<Page<SecretGrant>>;

  /** Returns a grant. Errors: `not_found`. */
  abstract getGrant(context: CallContext, id: string): Promise<SecretGrant>;

  /** Revokes a grant in every process. Errors: `not_found`. */
  abstract revokeGrant(context: CallContext, id: string): Promise<void>;
}
