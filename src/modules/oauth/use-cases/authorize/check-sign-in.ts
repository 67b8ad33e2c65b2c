import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../kernel/time/clock';
import type { Client } from '../../../apps/contract/apps.types';
import { UsersPort } from '../../../users/contract/users.port';
import type { Session, User } from '../../../users/contract/users.types';
import type { AuthorizationRequest } from '../../contract/authorization.types';
import { scopeBeyond } from '../../contract/scopes-of-role';
import { IdTokenHint } from '../id-token-hint';
import type { Prompting } from './check-prompt-and-max-age';
import type { Parameters } from './read-parameters';
import { AuthorizationRefusal } from './refusal';

/**
 * The time during which a sign-in counts as new if this request asked for it, regardless of `prompt` and `max_age`. This leaves time for
 * the consent page, which follows. Issuing the code ends the request; a repeated request asks for another sign-in.
 */
const JUST_SIGNED_IN_MS = 5 * 60_000;

/** The user who is signed in to the browser, if this request accepts the sign-in. */
export interface SignedIn {
  readonly session: Session;
  readonly user: User;
}

/** Checks which user is signed in and whether the authentication is sufficient (OpenID Connect Core §3.1.2.3). */
@Injectable()
export class CheckSignIn {
  constructor(
    private readonly users: UsersPort,
    private readonly hint: IdTokenHint,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns `null` if the user has to sign in first. Refuses with `login_required` if the request does not allow a sign-in page, and with
   * `access_denied` if the user is suspended or cannot grant a scope that the request names.
   */
  async run(
    request: AuthorizationRequest,
    parameters: Parameters,
    client: Client,
    scopes: readonly string[],
    prompting: Prompting,
  ): Promise<SignedIn | null> {
    const session = await this.acceptable(request, parameters, client, prompting);
    if (!session) {
      if (prompting.none) throw new AuthorizationRefusal('login_required', 'The user must sign in.');
      return null;
    }
    const user = await this.users.find(session.tenantId, session.userId);
    if (user?.status !== 'active') throw new AuthorizationRefusal('access_denied', 'The user is not active.');
    // An app that does not name any scopes gets those of its default scopes that the user can grant (RFC 6749 §3.3).
    const beyond = parameters.get('scope') === undefined ? undefined : scopeBeyond(user.role, scopes);
    if (beyond !== undefined) {
      throw new AuthorizationRefusal('access_denied', `The user cannot grant the scope '${beyond}' to an app.`);
    }
    return { session, user };
  }

  private async acceptable(
    { session, signInAskedAtMs }: AuthorizationRequest,
    parameters: Parameters,
    client: Client,
    prompting: Prompting,
  ): Promise<Session | null> {
    // The browser might be signed in to a different tenant. Such a session is ignored.
    if (session?.tenantId !== client.tenantId) return null;
    const hasJustSignedIn =
      signInAskedAtMs !== null &&
      session.authTimeMs >= signInAskedAtMs &&
      this.clock.nowMs() - session.authTimeMs <= JUST_SIGNED_IN_MS;
    if (!(await this.isHinted(session, parameters))) {
      // OpenID Connect Core §3.1.2.1: never respond about a different user, even if that user signed in on the page.
      if (hasJustSignedIn) {
        throw new AuthorizationRefusal(
          'login_required',
          'The signed-in user is not the user that id_token_hint names.',
        );
      }
      return null;
    }
    if (hasJustSignedIn) return session;
    return prompting.login || this.isTooOld(session, prompting.maxAgeSeconds) ? null : session;
  }

  /** Returns whether the session belongs to the user named in `id_token_hint`; true if there is no hint. */
  private async isHinted(session: Session, parameters: Parameters): Promise<boolean> {
    const hint = parameters.get('id_token_hint');
    if (hint === undefined) return true;
    const hinted = await this.hint.read(hint);
    if (!hinted)
      throw new AuthorizationRefusal('invalid_request', 'id_token_hint is not an ID token from this issuer.');
    return hinted.sub === session.userId;
  }

  private isTooOld(session: Session, maxAgeSeconds: number | null): boolean {
    return maxAgeSeconds !== null && this.clock.nowMs() - session.authTimeMs > maxAgeSeconds * 1000;
  }
}
