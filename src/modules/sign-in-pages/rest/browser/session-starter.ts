import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { setCookie } from '../../../../kernel/pages/cookies';
import { PageSettings } from '../../../../kernel/pages/page-settings';
import { SessionsPort } from '../../../users/contract/sessions.port';
import type { SignInOutcome } from '../../../users/contract/users.types';
import type { Visit } from './visit';

/** The time for which a device is remembered after its last sign-in. */
const DEVICE_SECONDS = 180 * 86_400;

type SignedIn = Extract<SignInOutcome, { outcome: 'signed_in' }>;

/** Starts sessions after a sign-in. */
@Injectable()
export class SessionStarter {
  constructor(
    private readonly settings: PageSettings,
    private readonly sessions: SessionsPort,
  ) {}

  /**
   * Starts a session, always with a new token, so that a planted token is worthless (session fixation).
   * @returns the session cookie and the device cookie; `null` if the user was suspended, or the password replaced, since the password was
   * checked.
   */
  async start(visit: Visit, { user, amr, device }: SignedIn): Promise<readonly string[] | null> {
    const started = await this.sessions.start(user, amr, visit.origin, visit.session).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'forbidden') return null;
      throw error;
    });
    if (started === null) return null;
    const { session, token } = started;
    const maxAgeSeconds = (session.expiresAtMs - session.createdAtMs) / 1000;
    const { secure } = this.settings;
    return [
      setCookie('session', token, { secure, maxAgeSeconds }),
      setCookie('device', device, { secure, maxAgeSeconds: DEVICE_SECONDS }),
    ];
  }
}
