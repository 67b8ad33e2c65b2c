import type { CallContext } from '../../../kernel/context/call-context';
import type { Condition } from '../../../kernel/http/conditions/conditions';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { NewSecretBundle, NewSecretGrant, SecretBundle, SecretGrant, TaggedBundle } from './secret-access.types';

/** Bundles of references, and grants: who may resolve what. The tenant is the context's. */
export abstract class SecretAccessPort {
  /** Makes or replaces a bundle. Errors: `precondition_failed`; `conflict` for too many; `invalid_request` for a name that is none. */
  abstract putBundle(
    context: CallContext,
    name: string,
    input: NewSecretBundle,
    condition: Condition,
  ): Promise<TaggedBundle>;

  /** By name. */
  abstract listBundles(context: CallContext, query: PageQuery): Promise<Page<SecretBundle>>;

  /** Errors: `not_found`. */
  abstract getBundle(context: CallContext, name: string): Promise<TaggedBundle>;

  /** Its grants go with it. Errors: `not_found`; `precondition_failed`. */
  abstract removeBundle(context: CallContext, name: string, condition: Condition): Promise<void>;

  /** Errors: `invalid_request` for a user, group or bundle that the tenant does not have; `conflict` for too many. */
  abstract grant(context: CallContext, input: NewSecretGrant): Promise<SecretGrant>;

  /** Oldest first. */
  abstract listGrants(context: CallContext, query: PageQuery): Promise<Page<SecretGrant>>;

  /** Errors: `not_found`. */
  abstract getGrant(context: CallContext, id: string): Promise<SecretGrant>;

  /** Nothing is resolved by it from then on, in every process. Errors: `not_found`. */
  abstract revokeGrant(context: CallContext, id: string): Promise<void>;
}
