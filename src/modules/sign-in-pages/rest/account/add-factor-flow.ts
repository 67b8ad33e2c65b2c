import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../../kernel/pages/page-answer';
import type { OwnForm } from '../../../../kernel/pages/sent-form';
import { PasskeyForms } from '../browser/passkey-forms';
import { SessionStarter } from '../browser/session-starter';
import { Visits } from '../browser/visit';
import { PageSurface } from '../page-surface';
import { enrollPage } from '../pages/enroll.page';
import { recoveryCodesPage } from '../pages/recovery-codes.page';
import { SecondFactorFlow } from '../second-factor-flow';
import { ownerOf, SecondFactorPages } from '../second-factor-pages';
import { translationsOf } from '../text/language';
import { FACTORS_PATH, PATH } from './account-paths';
import type { AccountVisit } from './account-visits';

/** Adds factors on the account page. */
@Injectable()
export class AddFactorFlow {
  constructor(
    private readonly surface: PageSurface,
    private readonly visits: Visits,
    private readonly passkeys: PasskeyForms,
    private readonly pages: SecondFactorPages,
    private readonly secondFactor: SecondFactorFlow,
    private readonly sessions: SessionStarter,
  ) {}

  /** Returns the page. @param fault the error of the last attempt. */
  async page(account: AccountVisit, fault: string | null): Promise<PageAnswer> {
    const { visit, user, language } = account;
    const brand = await this.surface.brandOf(user.tenantId);
    const words = translationsOf(language).account;
    const owner = ownerOf(visit, user);
    const page = enrollPage({
      language,
      brand,
      title: words.addTitle,
      lead: words.addLead,
      action: FACTORS_PATH,
      fields: { csrf: this.visits.formToken(visit, 'account', user.id) },
      passkey: await this.passkeys.enrollment(visit, owner, brand?.name ?? ''),
      app: this.pages.appForm(visit, owner, brand?.name ?? ''),
      fault,
      formTargets: [],
    });
    return { status: fault === null ? 200 : 422, page };
  }

  /** Adds the factor in a form. The session then counts as a sign-in with that factor, because the user has just proved it. */
  async submit(account: AccountVisit, form: OwnForm): Promise<PageAnswer> {
    const { visit, user, session, language } = account;
    const enrollment = await this.secondFactor.enroll(visit, ownerOf(visit, user), form);
    if (!enrollment.enrolled) {
      return this.page(account, translationsOf(language).enroll.faults[enrollment.reason]);
    }
    const amr = [...new Set([...session.amr, ...enrollment.amr])];
    const cookies = (await this.sessions.start(visit, { user, amr })) ?? [];
    if (enrollment.recoveryCodes === null) return { location: `${PATH}?saved=1`, cookies };
    const brand = await this.surface.brandOf(user.tenantId);
    const page = recoveryCodesPage({ language, brand, codes: enrollment.recoveryCodes, href: PATH });
    return { status: 200, page, cookies };
  }
}
