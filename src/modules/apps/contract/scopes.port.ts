import type { CallContext } from '../../../kernel/context/call-context';
import type { Page, PageQuery } from '../../../kernel/lists/page';
import type { NewScope, Scope } from './scopes.types';

/** The scopes that apps of a tenant can declare. */
export abstract class ScopesPort {
  /**
   * Creates a scope. Errors: `conflict` if the name exists or is reserved, `invalid_scope` for a wildcard or a name that RFC 6749 excludes.
   */
  abstract create(context: CallContext, input: NewScope): Promise<Scope>;

  /** Lists the platform's own scopes first, then the tenant's by name. */
  abstract list(context: CallContext, query: PageQuery): Promise<Page<Scope>>;

  /** Deletes a scope. Errors: `not_found`; `conflict` if an app declares the scope or it is one of the platform's own. */
  abstract remove(context: CallContext, name: string): Promise<void>;

  /** Describes the access that scopes give an app, in the order of `names`. A scope that does not exist is described by its name. */
  abstract describe(
    tenantId: string,
    names: readonly string[],
  ): Promise<readonly { readonly name: string; readonly description: string }[]>;
}
