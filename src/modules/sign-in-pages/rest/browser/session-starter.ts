import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { setCookie } from '../../../../kernel/pages/cookies';
import { PageSettings } from '../../../../kernel/pages/page-settings';
import { SessionsPort } from '../../../users/contract/sessions.port';
import type { PendingSignIn } from './pending-sign-in';
import type { Visit } from './visit';

/** The time for which a device is remembered after its last sign-in. */
const DEVICE_SECONDS = 180 * 86_400;

/** Starts sessions after a sign-in. */
@Injectable()
export class SessionStarter {
  constructor(
    private readonly settings: PageSettings,
    private readonly sessions: SessionsPort,
  ) {}

  /**
   * Starts a session, always with a new token, so that a planted token is worthless (session fixation).
   * @returns the session cookie and the device cookie; `null` if the user was suspended, or the password replaced, since it was checked,
   * or if the sign-in requires another factor.
   */
  async start(visit: Visit, { user, amr }: PendingSignIn, stays = false): Promise<readonly string[] | null> {
    const started = await this.sessions.start(user, amr, visit.origin, visit.session, stays).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'forbidden') return null;
      throw error;
    });
    if (started === null) return null;
    const { session, token, device, isPersistent } = started;
    const maxAgeSeconds = isPersistent ? (session.expiresAtMs - session.createdAtMs) / 1000 : null;
    const { secure } = this.settings;
    const cookies = [setCookie('session', token, { secure, maxAgeSeconds })];
    return device === ''
      ? cookies
      : [...cookies, setCookie('device', device, { secure, maxAgeSeconds: DEVICE_SECONDS })];
  }
}
