import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type {
  NewScimConnection,
  ScimConnection,
  ScimConnectionPatch,
  ScimConnectionQuery,
  ScimConnectionWithToken,
  ScimTokenRotation,
} from './scim-connections.types';

/** The identity providers of a tenant that administer its users and groups. Another tenant's is `not_found`. */
export abstract class ScimConnectionsPort {
  /** Errors: `conflict` for an app that has a connection, and when there are too many; `invalid_request` for an app that is none. */
  abstract create(context: CallContext, input: NewScimConnection): Promise<ScimConnectionWithToken>;

  /** Errors: `invalid_request` for a cursor of another list. */
  abstract list(context: CallContext, query: ScimConnectionQuery): Promise<CountedPage<ScimConnection>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<ScimConnection>;

  /** Errors: as of {@link create}; `not_found`; `precondition_failed`. */
  abstract update(
    context: CallContext,
    id: string,
    patch: ScimConnectionPatch,
    expected: ExpectedVersions,
  ): Promise<ScimConnection>;

  /** A new token; those before end after the overlap. Errors: `not_found`. */
  abstract rotate(context: CallContext, id: string, rotation: ScimTokenRotation): Promise<ScimConnectionWithToken>;

  /** Its tokens end at once; what it made stays. Errors: `not_found`; `precondition_failed`. */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;
}
