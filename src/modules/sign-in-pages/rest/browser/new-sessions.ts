import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { setCookie } from '../../../../kernel/pages/cookies';
import { PageSettings } from '../../../../kernel/pages/page-settings';
import { SessionsPort } from '../../../users/contract/sessions.port';
import type { User } from '../../../users/contract/users.types';
import type { Visit } from './visit';

/** RFC 8176. */
const BY_PASSWORD = ['pwd'] as const;

/** Starts the sessions of who has signed in. */
@Injectable()
export class NewSessions {
  constructor(
    private readonly settings: PageSettings,
    private readonly sessions: SessionsPort,
  ) {}

  /**
   * Always under a new token: one that somebody planted before is worth nothing (session fixation).
   * @returns its cookie; `null` when the user has been suspended, or the password replaced, since it was checked.
   */
  async start(visit: Visit, user: User): Promise<string | null> {
    const started = await this.sessions
      .start(user, BY_PASSWORD, visit.origin, visit.session)
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'forbidden') return null;
        throw error;
      });
    if (started === null) return null;
    const { session, token } = started;
    const maxAgeSeconds = (session.expiresAtMs - session.createdAtMs) / 1000;
    return setCookie('session', token, { secure: this.settings.secure, maxAgeSeconds });
  }
}
