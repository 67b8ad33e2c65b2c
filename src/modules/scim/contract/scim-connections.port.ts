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

/** The identity providers that manage a tenant's users and groups. Another tenant's connection is `not_found`. */
export abstract class ScimConnectionsPort {
  /**
   * Creates a connection. Errors: `conflict` for an app that already has a connection, or if there are too many connections;
   * `invalid_request` for a nonexistent app.
   */
  abstract create(context: CallContext, input: NewScimConnection): Promise<ScimConnectionWithToken>;

  /** Lists connections. Errors: `invalid_request` for a cursor from a different list. */
  abstract list(context: CallContext, query: ScimConnectionQuery): Promise<CountedPage<ScimConnection>>;

  /** Returns a connection. Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<ScimConnection>;

  /** Changes a connection. Errors: as for {@link create}; `not_found`; `precondition_failed`. */
  abstract update(
    context: CallContext,
    id: string,
    patch: ScimConnectionPatch,
    expected: ExpectedVersions,
  ): Promise<ScimConnection>;

  /** Creates a new token. Earlier tokens expire after the overlap. Errors: `not_found`. */
  abstract rotate(context: CallContext, id: string, rotation: ScimTokenRotation): Promise<ScimConnectionWithToken>;

  /**
   * Deletes a connection. Its tokens become invalid immediately; the users and groups that it created stay. Errors: `not_found`;
   * `precondition_failed`.
   */
  abstract remove(context: CallContext, id: string, expected: ExpectedVersions): Promise<void>;
}
