import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { setCookie } from '../../../../kernel/pages/cookies';
import { PageSettings } from '../../../../kernel/pages/page-settings';
import type { PageAnswer } from '../../../../kernel/pages/page-answer';
import type { OwnForm } from '../../../../kernel/pages/sent-form';
import { FactorsPort } from '../../../factors/contract/factors.port';
import { GrantsPort } from '../../../oauth/contract/grants.port';
import { displayName } from '../../../users/contract/accounts.types';
import { AccountRulesPort } from '../../../users/contract/account-rules.port';
import { AccountsPort } from '../../../users/contract/accounts.port';
import { EmailChangesPort } from '../../../users/contract/email-changes.port';
import { OwnAccountPort } from '../../../users/contract/own-account.port';
import { PasswordsPort } from '../../../users/contract/passwords.port';
import { PageSurface } from '../page-surface';
import { noticePage } from '../pages/notice.page';
import { recoveryCodesPage } from '../pages/recovery-codes.page';
import { ownerOf } from '../second-factor-pages';
import { LANGUAGES, translationsOf } from '../text/language';
import { nameOfAccount, PATH } from './account-paths';
import type { AccountVisit } from './account-visits';

/**
 * The reason why a change is refused. `needed`: the factor is the last one of a user who needs it. `unconfirmed`: the user has not typed the
 * name of the account. `lastOwner`: the tenant would have no owner. `unfitAddress`: it is not an
 * address, or the one that the account has.
 */
export type AccountFault = 'needed' | 'unconfirmed' | 'lastOwner' | 'unfitAddress';

type Outcome = 'saved' | AccountFault | PageAnswer;

type Change = (account: AccountVisit, form: OwnForm) => Promise<Outcome>;

/** The changes that the forms of the account page make, by the value of their field `change`. */
@Injectable()
export class AccountChanges {
  private readonly changes: Readonly<Record<string, Change>> = {
    profile: (account, form) => this.changeProfile(account, form),
    email: (account, form) => this.changeEmail(account, form),
    password: (account) => this.sendPasswordLink(account),
    rename: (account, form) => this.renameFactor(account, form),
    remove: (account, form) => this.removeFactor(account, form),
    codes: (account) => this.replaceCodes(account),
    end: (account, form) => this.endSession(account, form),
    'end-others': (account) => this.endOthers(account),
    revoke: (account, form) => this.revokeGrant(account, form),
    delete: (account, form) => this.deleteAccount(account, form),
  };

  constructor(
    private readonly surface: PageSurface,
    private readonly own: OwnAccountPort,
    private readonly factors: FactorsPort,
    private readonly grants: GrantsPort,
    private readonly passwords: PasswordsPort,
    private readonly accounts: AccountsPort,
    private readonly rules: AccountRulesPort,
    private readonly emails: EmailChangesPort,
    private readonly settings: PageSettings,
  ) {}

  /** Returns whether a change requires that the user has just signed in: changes to the ways of signing in, and a deletion. */
  needsFreshSignIn(form: OwnForm): boolean {
    return ['email', 'remove', 'codes', 'delete'].includes(form.value('change'));
  }

  /** Errors: `invalid_request` for an unknown change, and the errors of the ports. */
  apply(account: AccountVisit, form: OwnForm): Promise<Outcome> {
    const name = form.value('change');
    const change = Object.hasOwn(this.changes, name) ? this.changes[name] : undefined;
    if (change === undefined) throw new AppError('invalid_request', 'The form does not name a change.');
    return change(account, form);
  }

  private async changeProfile({ context }: AccountVisit, form: OwnForm): Promise<Outcome> {
    const name = displayName.safeParse(form.value('name'));
    if (!name.success) throw new AppError('invalid_request', 'A name must be one line of 1 to 200 characters.');
    const chosen = form.value('language');
    const locale = LANGUAGES.find((language) => language === chosen) ?? null;
    await this.own.update(context, { displayName: name.data, preferences: { locale } }, null);
    return 'saved';
  }

  private async changeEmail({ visit, user, language }: AccountVisit, form: OwnForm): Promise<Outcome> {
    const words = translationsOf(language);
    try {
      const stage = await this.emails.request(user, form.value('email').trim(), language, visit.origin);
      const page = noticePage({
        language,
        brand: await this.surface.brandOf(user.tenantId),
        title: words.password.sentTitle,
        lines: [stage === 'allow' ? words.emailChange.sent : words.emailChange.allowed, words.password.sentHint],
        link: { href: PATH, text: words.account.back },
      });
      return { status: 200, page };
    } catch (error) {
      if (error instanceof AppError && error.code === 'invalid_request') return 'unfitAddress';
      throw error;
    }
  }

  /** Passwords are set with a link, because the mailbox proves more than a session. */
  private async sendPasswordLink({ visit, user, language }: AccountVisit): Promise<Outcome> {
    const email = user.email ?? '';
    if (email !== '') await this.passwords.requestLink(user.tenantId, email, language, visit.origin);
    const words = translationsOf(language);
    const page = noticePage({
      language,
      brand: await this.surface.brandOf(user.tenantId),
      title: words.password.sentTitle,
      lines: [words.password.sent(email), words.password.sentHint],
      link: { href: PATH, text: words.account.back },
    });
    return { status: 200, page };
  }

  private async renameFactor({ visit, user }: AccountVisit, form: OwnForm): Promise<Outcome> {
    await this.factors.rename(ownerOf(visit, user), form.value('id'), form.value('name'));
    return 'saved';
  }

  private async removeFactor({ visit, user }: AccountVisit, form: OwnForm): Promise<Outcome> {
    return unlessConflict(async () => {
      await this.factors.remove(ownerOf(visit, user), form.value('id'));
      return 'saved';
    }, 'needed');
  }

  private async replaceCodes({ visit, user, language }: AccountVisit): Promise<Outcome> {
    const codes = await this.factors.newRecoveryCodes(ownerOf(visit, user));
    const page = recoveryCodesPage({
      language,
      brand: await this.surface.brandOf(user.tenantId),
      codes,
      href: PATH,
    });
    return { status: 200, page };
  }

  private async endSession({ context }: AccountVisit, form: OwnForm): Promise<Outcome> {
    await this.own.endSession(context, form.value('id'));
    return 'saved';
  }

  private async endOthers({ context, session }: AccountVisit): Promise<Outcome> {
    for (const { id } of await this.own.sessions(context)) {
      if (id !== session.id) await this.own.endSession(context, id);
    }
    return 'saved';
  }

  private async revokeGrant({ context }: AccountVisit, form: OwnForm): Promise<Outcome> {
    await this.grants.revoke(context, form.value('id'));
    return 'saved';
  }

  /** Deletes the account, with everything that belongs only to its user. Errors: `forbidden` where users cannot do this. */
  private async deleteAccount({ context, user, language }: AccountVisit, form: OwnForm): Promise<Outcome> {
    if (!(await this.rules.get(context)).selfDeletion) {
      throw new AppError('forbidden', 'Your organization deletes accounts. Ask your administrator.');
    }
    if (form.value('account').trim() !== nameOfAccount(user)) return 'unconfirmed';
    return unlessConflict(async () => {
      await this.accounts.remove(context, user.id, false, null);
      const words = translationsOf(language).account;
      const page = noticePage({ language, brand: null, title: words.deletedTitle, lines: [words.deleted] });
      const { secure } = this.settings;
      return { status: 200, page, cookies: [setCookie('session', '', { secure, maxAgeSeconds: 0 })] };
    }, 'lastOwner');
  }
}

async function unlessConflict(change: () => Promise<Outcome>, fault: AccountFault): Promise<Outcome> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return fault;
    throw error;
  }
}
