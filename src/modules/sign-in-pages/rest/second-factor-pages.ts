import { Injectable } from '@nestjs/common';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { requestState } from '../../../kernel/http/request-state';
import { PageSettings } from '../../../kernel/pages/page-settings';
import { Clock } from '../../../kernel/time/clock';
import type { FactorOwner, RemainingStep, SecondFactor } from '../../factors/contract/factors.types';
import { OneTimeCodesPort } from '../../factors/contract/one-time-codes.port';
import type { User } from '../../users/contract/users.types';
import { PasskeyForms } from './browser/passkey-forms';
import { type PendingSignIn, PendingSignIns } from './browser/pending-sign-in';
import { writeTimed } from './browser/signed-value';
import { type Visit, Visits } from './browser/visit';
import { PageSurface } from './page-surface';
import { type AppForm, enrollPage } from './pages/enroll.page';
import { secondFactorPage } from './pages/second-factor.page';
import type { SignInDestination } from './sign-in-destination';
import { translationsOf } from './text/language';
import type { Language } from './text/translations';

/** The status and the message of the last attempt. */
export interface SecondFactorFault {
  readonly fault: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

type PageDestination = Pick<SignInDestination, 'fields' | 'uiLocales' | 'formTargets'>;

/** Shows the pages between the first factor and the session: the second factor, or the page that adds one. */
@Injectable()
export class SecondFactorPages {
  constructor(
    private readonly settings: PageSettings,
    private readonly surface: PageSurface,
    private readonly visits: Visits,
    private readonly pending: PendingSignIns,
    private readonly passkeys: PasskeyForms,
    private readonly codes: OneTimeCodesPort,
    private readonly clock: Clock,
  ) {}

  /** Returns the page for what remains. */
  async show(
    visit: Visit,
    signIn: PendingSignIn,
    remaining: Exclude<RemainingStep, { readonly step: 'none' }>,
    destination: PageDestination,
    last: SecondFactorFault | null = null,
  ): Promise<PageAnswer> {
    const proof = this.pending.write(visit, signIn);
    const fields = {
      ...destination.fields,
      proof,
      csrf: this.visits.formToken(visit, 'second-factor', JSON.stringify(destination.fields)),
    };
    const common = {
      language: this.surface.languageOf(visit.request, destination.uiLocales),
      brand: await this.surface.brandOf(signIn.user.tenantId),
      fields,
      fault: last?.fault ?? null,
      formTargets: destination.formTargets,
    };
    const owner = ownerOf(visit, signIn.user);
    const page =
      remaining.step === 'prove'
        ? await this.prove(visit, owner, remaining.kinds, common)
        : await this.enroll(visit, owner, common);
    return { status: last?.status ?? 200, page, ...(last?.headers === undefined ? {} : { headers: last.headers }) };
  }

  /** Returns an authenticator app to add, with a new key that only this browser and user can send back. */
  appForm(visit: Visit, owner: FactorOwner, tenantName: string): AppForm {
    const { key, uri } = this.codes.newKey(owner, tenantName);
    const value = { userId: owner.user.id, key };
    return {
      key,
      uri,
      signedKey: writeTimed(this.settings.key, 'totp-key', visit.browserId, value, this.clock.nowMs()),
    };
  }

  private async prove(
    visit: Visit,
    owner: FactorOwner,
    kinds: readonly SecondFactor[],
    common: Common,
  ): ReturnType<typeof this.enroll> {
    return secondFactorPage({
      ...common,
      account: owner.user.email ?? owner.user.displayName,
      passkey: kinds.includes('passkey') ? await this.passkeys.secondFactor(visit, owner) : null,
      hasApp: kinds.includes('totp'),
      hasRecoveryCodes: kinds.includes('recovery_code'),
    });
  }

  private async enroll(visit: Visit, owner: FactorOwner, common: Common): Promise<ReturnType<typeof enrollPage>> {
    const words = translationsOf(common.language).enroll;
    const tenantName = common.brand?.name ?? '';
    return enrollPage({
      ...common,
      title: words.title,
      lead: words.lead(tenantName),
      action: '/oauth/second-factor',
      passkey: await this.passkeys.enrollment(visit, owner, tenantName),
      app: this.appForm(visit, owner, tenantName),
    });
  }
}

interface Common {
  readonly language: Language;
  readonly brand: Awaited<ReturnType<PageSurface['brandOf']>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly fault: string | null;
  readonly formTargets: readonly string[];
}

/** Returns the user of a page as the factors see them. */
export function ownerOf({ request }: Visit, user: User): FactorOwner {
  const { ip, requestId } = requestState(request);
  return { user, ip, requestId };
}
