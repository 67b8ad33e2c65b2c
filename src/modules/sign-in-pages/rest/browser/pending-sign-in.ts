import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { PageSettings } from '../../../../kernel/pages/page-settings';
import { Clock } from '../../../../kernel/time/clock';
import { UsersPort } from '../../../users/contract/users.port';
import type { User } from '../../../users/contract/users.types';
import { readTimed, writeTimed } from './signed-value';
import type { Visit } from './visit';

/** A sign-in after its first factor and before its session. */
export interface PendingSignIn {
  readonly user: User;
  readonly amr: readonly string[];
}

const LIFETIME_MS = 10 * 60_000;

const signedSignIn = z.object({
  tenantId: z.string(),
  userId: z.string(),
  credentialVersion: z.number(),
  amr: z.array(z.string()),
});

/**
 * Carries a sign-in between its two factors in the form of the page, signed for this browser. It grants nothing without the second factor,
 * and ends when the password is replaced.
 */
@Injectable()
export class PendingSignIns {
  constructor(
    private readonly settings: PageSettings,
    private readonly users: UsersPort,
    private readonly clock: Clock,
  ) {}

  write({ browserId }: Visit, { user, amr }: PendingSignIn): string {
    const { tenantId, id: userId, credentialVersion } = user;
    const value = { tenantId, userId, credentialVersion, amr };
    return writeTimed(this.settings.key, 'second-factor', browserId, value, this.clock.nowMs());
  }

  /** Reads a sign-in. @returns `null` if it has expired, is not from this browser, or the password has been replaced since then. */
  async read({ browserId }: Visit, sent: string): Promise<PendingSignIn | null> {
    const times = { nowMs: this.clock.nowMs(), lifetimeMs: LIFETIME_MS };
    const signed = readTimed(this.settings.key, 'second-factor', browserId, sent, signedSignIn, times);
    const user = signed && (await this.users.find(signed.tenantId, signed.userId));
    if (!signed || !user || user.credentialVersion !== signed.credentialVersion) return null;
    return { user, amr: signed.amr };
  }
}
