import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../../kernel/pages/page-answer';
import type { OwnForm } from '../../../../kernel/pages/sent-form';
import { FactorsPort } from '../../../factors/contract/factors.port';
import { GrantsPort } from '../../../oauth/contract/grants.port';
import { AccountRulesPort } from '../../../users/contract/account-rules.port';
import { OwnAccountPort } from '../../../users/contract/own-account.port';
import { type Visit, Visits } from '../browser/visit';
import { PageSurface } from '../page-surface';
import { translationsOf } from '../text/language';
import { AccountChanges } from './account-changes';
import { accountPage } from './account.page';
import { type AccountVisit, AccountVisits, signInAgain } from './account-visits';
import { AddFactorFlow } from './add-factor-flow';
import { FACTORS_PATH, PATH } from './account-paths';

/** The account page: what a user sees and changes about the own account. */
@Injectable()
export class AccountFlow {
  constructor(
    private readonly surface: PageSurface,
    private readonly visits: Visits,
    private readonly accounts: AccountVisits,
    private readonly own: OwnAccountPort,
    private readonly factors: FactorsPort,
    private readonly grants: GrantsPort,
    private readonly rules: AccountRulesPort,
    private readonly changes: AccountChanges,
    private readonly adding: AddFactorFlow,
  ) {}

  /** Returns the page. @param isSaved true after a change. */
  async page(visit: Visit, isSaved: boolean): Promise<PageAnswer> {
    const account = await this.accounts.of(visit, PATH);
    return 'answer' in account ? account.answer : this.show(account, { isSaved, fault: null });
  }

  /** Applies a form of the page, and shows the page again. */
  async change(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const account = await this.accounts.of(visit, PATH);
    if ('answer' in account) return account.answer;
    this.visits.assertOwnForm(visit, 'account', account.user.id, form.csrf);
    if (this.changes.needsFreshSignIn(form) && !this.accounts.isFresh(account)) return signInAgain(PATH);
    const outcome = await this.changes.apply(account, form);
    if (outcome === 'saved') return { location: `${PATH}?saved=1` };
    if (typeof outcome !== 'string') return outcome;
    return this.show(account, { isSaved: false, fault: translationsOf(account.language).account[outcome] });
  }

  /** Returns the page that adds a factor. */
  async addFactor(visit: Visit): Promise<PageAnswer> {
    const account = await this.accounts.of(visit, FACTORS_PATH);
    if ('answer' in account) return account.answer;
    return this.accounts.isFresh(account) ? this.adding.page(account, null) : signInAgain(FACTORS_PATH);
  }

  /** Adds a factor. */
  async submitFactor(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const account = await this.accounts.of(visit, FACTORS_PATH);
    if ('answer' in account) return account.answer;
    this.visits.assertOwnForm(visit, 'account', account.user.id, form.csrf);
    return this.accounts.isFresh(account) ? this.adding.submit(account, form) : signInAgain(FACTORS_PATH);
  }

  private async show(
    { visit, user, session, language, context }: AccountVisit,
    last: { readonly isSaved: boolean; readonly fault: string | null },
  ): Promise<PageAnswer> {
    const [sessions, { factors, recoveryCodes }, grants, brand, { selfDeletion }] = await Promise.all([
      this.own.sessions(context),
      this.factors.list(user.tenantId, user.id),
      this.grants.list(context),
      this.surface.brandOf(user.tenantId),
      this.rules.get(context),
    ]);
    const page = accountPage({
      language,
      brand,
      user,
      sessionId: session.id,
      sessions,
      factors,
      recoveryCodes,
      grants,
      canDelete: selfDeletion,
      formToken: this.visits.formToken(visit, 'account', user.id),
      ...last,
    });
    return { status: last.fault === null ? 200 : 409, page };
  }
}
