import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { PageAnswer } from '../../../../kernel/pages/page-answer';
import { FactorsPort } from '../../../factors/contract/factors.port';
import { GrantsPort } from '../../../oauth/contract/grants.port';
import { OwnAccountPort } from '../../../users/contract/own-account.port';
import type { Visit } from '../browser/visit';
import { PATH } from './account-paths';
import { AccountVisits } from './account-visits';

/** Sends users what the product stores about them (GDPR, article 20). */
@Injectable()
export class AccountData {
  constructor(
    private readonly accounts: AccountVisits,
    private readonly own: OwnAccountPort,
    private readonly factors: FactorsPort,
    private readonly grants: GrantsPort,
  ) {}

  /** Sends the file. @returns `null` after that; a redirect to the sign-in page if no user is signed in. */
  async send(visit: Visit, response: Response): Promise<PageAnswer | null> {
    const account = await this.accounts.of(visit, PATH);
    if ('answer' in account) return account.answer;
    const { context, user } = account;
    const [profile, sessions, { factors, recoveryCodes }, grants] = await Promise.all([
      this.own.get(context),
      this.own.sessions(context),
      this.factors.list(user.tenantId, user.id),
      this.grants.list(context),
    ]);
    response.setHeader('Content-Disposition', 'attachment; filename="account.json"');
    response.setHeader('Cache-Control', 'no-store');
    response.json({ profile, sessions, factors, recoveryCodes, grants });
    return null;
  }
}
