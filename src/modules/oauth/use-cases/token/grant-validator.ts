import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { newUlid } from '../../../../kernel/ids/ids';
import type { Client } from '../../../apps/contract/apps.types';
import { RevocationsPort } from '../../../revocation/contract/revocations.port';
import type { User } from '../../../users/contract/users.types';
import { UserLookupPort } from '../../../users/contract/user-lookup.port';

/** The origin of a code or a refresh token: its user, its session and its time of issue. */
export interface Origin {
  readonly userId: string;
  /** `null` if the token outlives its session. */
  readonly sessionId: string | null;
  readonly createdAt: Date;
}

/** Checks that everything a code or refresh token depends on is still valid: the user, the session, the app and the tenant. */
@Injectable()
export class GrantValidator {
  constructor(
    private readonly users: UserLookupPort,
    private readonly revocations: RevocationsPort,
  ) {}

  /** Returns the user. Errors: `invalid_grant`; `unavailable` if the validity cannot be determined now. */
  async validate(client: Client, { userId, sessionId, createdAt }: Origin): Promise<User> {
    const user = await this.users.find(client.tenantId, userId);
    const createdAtMs = createdAt.getTime();
    const facts = {
      // The code or refresh token is validated like a token that was issued at that time.
      jti: newUlid(createdAtMs),
      clientId: client.clientId,
      tenantId: client.tenantId,
      userId,
      ...(sessionId === null ? {} : { sessionId }),
    };
    if (user?.status !== 'active' || createdAtMs < client.createdAtMs || this.revocations.isRevoked(facts)) {
      throw new AppError(
        'invalid_grant',
        'The grant or session behind this token has ended. Send the user to sign in again.',
      );
    }
    return user;
  }
}
