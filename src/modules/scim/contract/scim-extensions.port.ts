import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { ScimExtension, ScimExtensionBody } from './scim-extensions.types';

/** Extensions of a tenant's schemas. */
export abstract class ScimExtensionsPort {
  /** Lists all extensions, by URN. */
  abstract list(context: CallContext): Promise<readonly ScimExtension[]>;

  /** Returns an extension. Errors: `not_found`. */
  abstract get(context: CallContext, urn: string): Promise<ScimExtension>;

  /**
   * Creates or replaces an extension. Values whose attribute no longer exists are kept but not shown. Errors: `invalid_request` for an
   * invalid URN; `conflict` if there are too many extensions, or if the extension belongs to a different resource.
   */
  abstract put(
    context: CallContext,
    urn: string,
    body: ScimExtensionBody,
    expected: ExpectedVersions,
  ): Promise<ScimExtension>;

  /** Deletes an extension. Its values are kept but not shown. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, urn: string, expected: ExpectedVersions): Promise<void>;
}
