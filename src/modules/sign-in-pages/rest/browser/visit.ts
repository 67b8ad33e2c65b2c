import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '../../../../kernel/errors/app-error';
import { requestState } from '../../../../kernel/http/request-state';
import { Clock } from '../../../../kernel/time/clock';
import { SessionsPort } from '../../../users/contract/sessions.port';
import type { Session, SignInOrigin } from '../../../users/contract/users.types';
import { PageSettings } from '../../../../kernel/pages/page-settings';
import { type PendingRequests, readPendingRequests } from './pending-requests';
import { cookieIn, type CookieName, setCookie, wireName } from '../../../../kernel/pages/cookies';
import { type FormBinding, formToken, isFormToken } from '../../../../kernel/pages/form-token';
import { isOwnForm } from '../../../../kernel/pages/own-form';

/** The purpose of a form. Its token is not valid for any other purpose. */
export type FormPurpose =
  | 'sign-in'
  | 'console'
  | 'consent'
  | 'sign-out'
  | 'forgot-password'
  | 'set-password'
  | 'sign-up'
  | 'create-account'
  | 'email-change'
  | 'second-factor'
  | 'account'
  | 'link-account';

/** One request from a browser. */
export interface Visit {
  readonly request: Request;
  /** The id from the cookie, or a new one. */
  readonly browserId: string;
  readonly session: Session | null;
  readonly asked: PendingRequests;
  readonly origin: SignInOrigin;
  /** The `Set-Cookie` headers to send with any response. */
  readonly cookies: readonly string[];
}

const BROWSER_ID = /^[\w-]{22}$/;
const USER_AGENT_CHARS = 256;

/** Identifies the visitor by cookies, and issues and checks form tokens. */
@Injectable()
export class Visits {
  constructor(
    private readonly settings: PageSettings,
    private readonly sessions: SessionsPort,
    private readonly clock: Clock,
  ) {}

  async of(request: Request): Promise<Visit> {
    const { secure, key } = this.settings;
    const cookie = (name: CookieName): string => cookieIn(request.headers.cookie, wireName(name, secure));
    const token = cookie('session');
    const known = cookie('browser');
    const isKnown = BROWSER_ID.test(known);
    const browserId = isKnown ? known : randomBytes(16).toString('base64url');
    const { requestId, ip } = requestState(request);
    return {
      request,
      browserId,
      session: token === '' ? null : await this.sessions.find(token),
      asked: readPendingRequests(key, cookie('asked'), browserId, this.clock.nowMs()),
      origin: {
        ip,
        userAgent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_CHARS),
        requestId,
        device: cookie('device'),
      },
      cookies: isKnown ? [] : [setCookie('browser', browserId, { secure, maxAgeSeconds: null })],
    };
  }

  /** Returns a form token. @param subject the value that the form contains: the request's parameters, or a link's token. */
  formToken(visit: Visit, purpose: FormPurpose, subject: string): string {
    return formToken(this.settings.key, binding(visit, purpose, subject), this.clock.nowMs());
  }

  /** Checks a form. Errors: `forbidden` for a form that was not shown to this browser for this session and this subject. */
  assertOwnForm(visit: Visit, purpose: FormPurpose, subject: string, token: string): void {
    const own = isOwnForm(visit.request.headers, this.settings.origin);
    const bound = binding(visit, purpose, subject);
    if (!own || !isFormToken(this.settings.key, bound, token, this.clock.nowMs())) {
      throw new AppError('forbidden', 'The form was not sent from the displayed page.');
    }
  }
}

/** Returns the binding of a form. Forms for signed-in users are bound to the session. Other forms lack a session or outlive it. */
function binding({ browserId, session }: Visit, purpose: FormPurpose, subject: string): FormBinding {
  const ofSession = purpose === 'consent' || purpose === 'sign-out' || purpose === 'account';
  return { purpose, browserId, sessionId: ofSession ? (session?.id ?? '') : '', subject };
}
