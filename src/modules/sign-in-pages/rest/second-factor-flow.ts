import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { PageAnswer } from '../../../kernel/pages/page-answer';
import { PageSettings } from '../../../kernel/pages/page-settings';
import type { OwnForm } from '../../../kernel/pages/sent-form';
import { Clock } from '../../../kernel/time/clock';
import { FactorsPort } from '../../factors/contract/factors.port';
import type { Enrollment, FactorOwner, FactorVerdict } from '../../factors/contract/factors.types';
import { OneTimeCodesPort } from '../../factors/contract/one-time-codes.port';
import { PasskeysPort } from '../../factors/contract/passkeys.port';
import { PasskeyForms } from './browser/passkey-forms';
import { type PendingSignIn, PendingSignIns } from './browser/pending-sign-in';
import { SessionStarter } from './browser/session-starter';
import { readTimed } from './browser/signed-value';
import { type Visit, Visits } from './browser/visit';
import { IdentityLink } from './identity-link';
import { PageSurface } from './page-surface';
import { recoveryCodesPage } from './pages/recovery-codes.page';
import { ownerOf, type SecondFactorFault, SecondFactorPages } from './second-factor-pages';
import type { SignInDestination } from './sign-in-destination';
import { SignInDestinations } from './sign-in-destinations';
import { translationsOf, waitText } from './text/language';
import type { Language } from './text/translations';

const KEY_LIFETIME_MS = 3_600_000;

const signedKey = z.object({ userId: z.string(), key: z.string() });

/** Completes sign-ins: asks for a second factor where one is needed, lets users add a required one, and starts the session. */
@Injectable()
export class SecondFactorFlow {
  constructor(
    private readonly settings: PageSettings,
    private readonly surface: PageSurface,
    private readonly visits: Visits,
    private readonly pending: PendingSignIns,
    private readonly pages: SecondFactorPages,
    private readonly passkeyForms: PasskeyForms,
    private readonly sessions: SessionStarter,
    private readonly links: IdentityLink,
    private readonly destinations: SignInDestinations,
    private readonly factors: FactorsPort,
    private readonly codes: OneTimeCodesPort,
    private readonly passkeys: PasskeysPort,
    private readonly clock: Clock,
  ) {}

  /**
   * Continues a sign-in after its first factor: starts the session, or shows the page for the second factor.
   * @returns `null` if the session could not start, because the user was suspended or the password replaced.
   */
  async proceed(visit: Visit, signIn: PendingSignIn, destination: SignInDestination): Promise<PageAnswer | null> {
    const remaining = await this.factors.remaining(signIn.user, signIn.amr, destination.purpose);
    if (remaining.step !== 'none') return this.pages.show(visit, signIn, remaining, destination);
    const linked = await this.links.complete(visit, signIn, destination);
    if ('answer' in linked) return linked.answer;
    const cookies = await this.sessions.start(visit, linked, destination.stays);
    return cookies && { location: destination.location, cookies };
  }

  /** Handles the forms of the pages for the second factor. */
  async submit(visit: Visit, form: OwnForm): Promise<PageAnswer> {
    const destination = await this.destinations.of(visit, form);
    if ('answer' in destination) return destination.answer;
    const subject = JSON.stringify(destination.fields);
    this.visits.assertOwnForm(visit, 'second-factor', subject, form.csrf);
    const signIn = await this.pending.read(visit, form.value('proof'));
    const isForDestination = destination.tenantId === null || signIn?.user.tenantId === destination.tenantId;
    // The destination asks for the first factor again.
    if (signIn === null || !isForDestination) return { location: destination.location };
    const remaining = await this.factors.remaining(signIn.user, signIn.amr, {
      ...destination.purpose,
      twoFactors: true,
    });
    switch (remaining.step) {
      case 'none':
        return (await this.proceed(visit, signIn, destination)) ?? { location: destination.location };
      case 'prove': {
        const verdict = await this.prove(visit, ownerOf(visit, signIn.user), form);
        if (verdict.proved) return this.complete(visit, signIn, verdict.amr, destination, null);
        return this.pages.show(visit, signIn, remaining, destination, this.faultOf(visit, destination, verdict, form));
      }
      case 'enroll': {
        const enrollment = await this.enroll(visit, ownerOf(visit, signIn.user), form);
        if (enrollment.enrolled)
          return this.complete(visit, signIn, enrollment.amr, destination, enrollment.recoveryCodes);
        const fault = translationsOf(this.language(visit, destination)).enroll.faults[enrollment.reason];
        return this.pages.show(visit, signIn, remaining, destination, { fault, status: 422 });
      }
    }
  }

  /** Adds the factor in a form, for this page and the account page. */
  async enroll(visit: Visit, owner: FactorOwner, form: OwnForm): Promise<Enrollment> {
    const userId = owner.user.id;
    const name = form.value('name');
    if (form.value('method') === 'passkey') {
      const site = this.passkeyForms.site(visit);
      const answer = this.passkeyForms.answer(visit, 'enroll', userId, form);
      if (site === null || answer === null) return { enrolled: false, reason: 'wrong' };
      return this.passkeys.enroll(site, owner, answer, name);
    }
    const times = { nowMs: this.clock.nowMs(), lifetimeMs: KEY_LIFETIME_MS };
    const sent = form.value('key');
    const signed = readTimed(this.settings.key, 'totp-key', visit.browserId, sent, signedKey, times);
    if (signed?.userId !== userId) return { enrolled: false, reason: 'wrong' };
    return this.codes.enroll(owner, signed.key, form.value('code'), name);
  }

  private async prove(visit: Visit, owner: FactorOwner, form: OwnForm): Promise<FactorVerdict> {
    if (form.value('method') !== 'passkey') return this.codes.prove(owner, form.value('code'));
    const site = this.passkeyForms.site(visit);
    const answer = this.passkeyForms.answer(visit, 'second-factor', owner.user.id, form);
    return site === null || answer === null ? { proved: false } : this.passkeys.prove(site, owner, answer);
  }

  /** Starts the session with both factors. @param codes new recovery codes to show before the next page. */
  private async complete(
    visit: Visit,
    signIn: PendingSignIn,
    amr: readonly string[],
    destination: SignInDestination,
    codes: readonly string[] | null,
  ): Promise<PageAnswer> {
    const both = { ...signIn, amr: [...new Set([...signIn.amr, ...amr])] };
    const linked = await this.links.complete(visit, both, destination);
    if ('answer' in linked) return linked.answer;
    const cookies = await this.sessions.start(visit, linked, destination.stays);
    const { location } = destination;
    if (cookies === null) return { location };
    if (codes === null) return { location, cookies };
    const page = recoveryCodesPage({
      language: this.language(visit, destination),
      brand: await this.surface.brandOf(signIn.user.tenantId),
      codes,
      href: location,
    });
    return { status: 200, page, cookies };
  }

  private faultOf(
    visit: Visit,
    destination: SignInDestination,
    { retryAfterSeconds }: Extract<FactorVerdict, { readonly proved: false }>,
    form: OwnForm,
  ): SecondFactorFault {
    const language = this.language(visit, destination);
    const words = translationsOf(language);
    if (retryAfterSeconds === undefined) {
      const isPasskey = form.value('method') === 'passkey';
      return { fault: isPasskey ? words.passkey.refused : words.secondFactor.refused, status: 422 };
    }
    return {
      fault: words.secondFactor.throttled(waitText(language, retryAfterSeconds)),
      status: 429,
      headers: { 'Retry-After': String(retryAfterSeconds) },
    };
  }

  private language(visit: Visit, { uiLocales }: SignInDestination): Language {
    return this.surface.languageOf(visit.request, uiLocales);
  }
}
