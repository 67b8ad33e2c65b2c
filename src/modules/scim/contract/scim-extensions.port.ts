import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { ScimExtension, ScimExtensionBody } from './scim-extensions.types';

/** Extensions of a tenant's schemas. */
export abstract class ScimExtensionsPort {
  /** All of them, by URN. */
  abstract list(context: CallContext): Promise<readonly ScimExtension[]>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, urn: string): Promise<ScimExtension>;

  /**
   * Makes or replaces one. Values that it has no attribute for any more are kept and not shown.
   * Errors: `invalid_request` for a URN that is none; `conflict` when there are too many, or the extension is of another resource.
   */
  abstract put(
    context: CallContext,
    urn: string,
    body: ScimExtensionBody,
    expected: ExpectedVersions,
  ): Promise<ScimExtension>;

  /** Values of it are kept, and not shown. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, urn: string, expected: ExpectedVersions): Promise<void>;
}
