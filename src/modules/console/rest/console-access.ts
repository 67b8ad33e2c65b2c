import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { type CallContext, httpContext } from '../../../kernel/context/call-context';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { setTokenRevalidator } from '../../../kernel/http/callers/token-revalidator';
import { requestState } from '../../../kernel/http/request-state';
import { newId, newUlid } from '../../../kernel/ids/ids';
import { cookieIn, setCookie, wireName } from '../../../kernel/pages/cookies';
import { PageSettings } from '../../../kernel/pages/page-settings';
import { Clock } from '../../../kernel/time/clock';
import { AuthPort, outageOfVerdict } from '../../auth/contract/auth.port';
import { RevocationsPort } from '../../revocation/contract/revocations.port';
import { SessionsPort } from '../../users/contract/sessions.port';
import { UserLookupPort } from '../../users/contract/user-lookup.port';
import type { Session, User } from '../../users/contract/users.types';

/** A signed-in visitor of a console page. */
export interface Visitor {
  readonly user: User;
  readonly session: Session;
  /** The browser's id, from its cookie or newly generated. Forms are bound to it. */
  readonly browserId: string;
  /** `Set-Cookie` headers for the response. */
  readonly cookies: readonly string[];
  /** The context for calls to ports: the user, the tenant and this request. */
  readonly context: CallContext;
}

/** An authorization query to the policy, with the names that the REST API uses. */
export interface Asked {
  /** The action, such as `job.list`. */
  readonly action: string;
  /** `job`, or `job/<id>`. */
  readonly resource: string;
}

const BROWSER_ID = /^[\w-]{22}$/;

/**
 * Controls access to the console: requires a session from the sign-in pages, then evaluates the tenant's policy, as for a REST API call.
 */
@Injectable()
export class ConsoleAccess {
  constructor(
    private readonly settings: PageSettings,
    private readonly sessions: SessionsPort,
    private readonly users: UserLookupPort,
    private readonly auth: AuthPort,
    private readonly revocations: RevocationsPort,
    private readonly clock: Clock,
  ) {}

  /** Returns the visitor. Errors: `unauthorized` if the request has no valid session. */
  async visitor(request: Request): Promise<Visitor> {
    const cookie = (name: 'session' | 'browser'): string =>
      cookieIn(request.headers.cookie, wireName(name, this.settings.secure));
    const token = cookie('session');
    const session = token === '' ? null : await this.sessions.find(token);
    const user = session === null ? null : await this.users.find(session.tenantId, session.userId);
    if (session === null || user?.status !== 'active') throw new AppError('unauthorized', 'You are not signed in.');
    setTokenRevalidator(request, async () => (await this.sessions.find(token)) !== null);
    const known = cookie('browser');
    const isKnown = BROWSER_ID.test(known);
    const browserId = isKnown ? known : randomBytes(16).toString('base64url');
    const { secure } = this.settings;
    return {
      user,
      session,
      browserId,
      cookies: isKnown ? [] : [setCookie('browser', browserId, { secure, maxAgeSeconds: null })],
      context: httpContext(requestState(request), {
        tenantId: user.tenantId,
        actor: { type: 'user', id: user.id },
        auditEventId: newId('aud'),
        revalidate: this.revalidation(user, session),
      }),
    };
  }

  /** Errors: `forbidden`, with the policy's reason; `unavailable` if no decision is available. */
  async assertMay({ user, context }: Visitor, method: string, asked: Asked): Promise<void> {
    const verdict = await this.decide(user, context, method, asked);
    if (verdict.allowed) return;
    const reason = outageOfVerdict(verdict);
    if (reason !== null) throw outage(reason);
    const message = verdict.reason === '' ? 'The policy of this tenant does not allow this.' : verdict.reason;
    throw new AppError('forbidden', message);
  }

  /**
   * Returns true if an action should be offered; false if no decision is available. The visitor has not tried the action, so a denial is
   * not recorded.
   */
  async may({ user, context }: Visitor, asked: Asked): Promise<boolean> {
    return (await this.decide(user, context, 'POST', asked, { callerRecordsDenials: true })).allowed;
  }

  /** Checks in memory that the session, the user and the tenant are still valid, as for a token that is issued now. */
  private revalidation({ id: userId, tenantId, role }: User, { id: sessionId }: Session): () => void {
    const facts = { jti: newUlid(this.clock.nowMs()), clientId: '', tenantId, userId, sessionId, roles: [role] };
    return () => {
      if (this.revocations.isRevoked(facts))
        throw new AppError('unauthorized', 'Your session has ended. Sign in again.');
    };
  }

  /** Evaluates the policy. The user's role decides; scopes are for apps. The component that denies a request records the denial. */
  private decide(
    { id, tenantId, role }: User,
    context: CallContext,
    method: string,
    { action, resource }: Asked,
    options = { callerRecordsDenials: false },
  ): ReturnType<AuthPort['authorize']> {
    const query = {
      principal: { subject: id, tenantId, roles: [role] },
      action,
      resource,
      context: { method, ip: context.ip },
      requiredScope: '',
    };
    return this.auth.authorize(context, query, options);
  }
}
