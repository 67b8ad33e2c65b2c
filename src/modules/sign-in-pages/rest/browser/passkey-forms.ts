import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { PageSettings } from '../../../../kernel/pages/page-settings';
import type { OwnForm } from '../../../../kernel/pages/sent-form';
import { Clock } from '../../../../kernel/time/clock';
import { PasskeysPort, type PasskeyAnswer, type PasskeySite } from '../../../factors/contract/passkeys.port';
import type { FactorOwner } from '../../../factors/contract/factors.types';
import type { PasskeyForm } from '../pages/passkey.form';
import { readTimed, writeTimed } from './signed-value';
import type { Visit } from './visit';

/** The use of a passkey on a page. An answer for one use is not accepted for another. */
type PasskeyUse = 'sign-in' | 'second-factor' | 'enroll';

/** The time for which a page can be answered. A sign-in page is often open for a while before someone uses it. */
const LIFETIME_MS = 3_600_000;
const IP_ADDRESS = /^[\d.]+$|^\[/;

const signedChallenge = z.object({ use: z.string(), userId: z.string(), challenge: z.string() });

/** Makes the forms with which browsers use passkeys, and reads what they send back. */
@Injectable()
export class PasskeyForms {
  constructor(
    private readonly settings: PageSettings,
    private readonly passkeys: PasskeysPort,
    private readonly clock: Clock,
  ) {}

  /** Returns the site of the passkeys; `null` if the pages have no host name, without which browsers have no passkeys. */
  site({ request }: Visit): PasskeySite | null {
    const { origin, secure } = this.settings;
    const { hostname } = new URL(origin);
    if (IP_ADDRESS.test(hostname)) return null;
    // In development, the browser can call the control plane at its own port.
    const own = `http://${request.headers.host ?? ''}`;
    const isSameHost = !secure && URL.canParse(own) && new URL(own).hostname === hostname;
    return { rpId: hostname, origins: isSameHost ? [origin, new URL(own).origin] : [origin] };
  }

  /** Returns the form of a sign-in with a passkey alone. */
  async signIn(visit: Visit): Promise<PasskeyForm | null> {
    return this.form(visit, 'sign-in', null, (site, challenge) => this.passkeys.requestOptions(site, challenge, null));
  }

  /** Returns the form for the second factor. */
  async secondFactor(visit: Visit, owner: FactorOwner): Promise<PasskeyForm | null> {
    return this.form(visit, 'second-factor', owner, (site, challenge) =>
      this.passkeys.requestOptions(site, challenge, owner),
    );
  }

  /** Returns the form that adds a passkey. @param siteName the name that the device shows. */
  async enrollment(visit: Visit, owner: FactorOwner, siteName: string): Promise<PasskeyForm | null> {
    return this.form(visit, 'enroll', owner, (site, challenge) =>
      this.passkeys.creationOptions(site, challenge, owner, siteName),
    );
  }

  /** Reads the answer in a form. @returns `null` if the page was not made for this use, user and browser, or is too old. */
  answer(visit: Visit, use: PasskeyUse, userId: string, form: OwnForm): PasskeyAnswer | null {
    const times = { nowMs: this.clock.nowMs(), lifetimeMs: LIFETIME_MS };
    const sent = form.value('challenge');
    const signed = readTimed(this.settings.key, 'passkey', visit.browserId, sent, signedChallenge, times);
    if (signed?.use !== use || signed.userId !== userId) return null;
    return { challenge: signed.challenge, json: form.value('answer') };
  }

  private async form(
    visit: Visit,
    use: PasskeyUse,
    owner: FactorOwner | null,
    optionsOf: (site: PasskeySite, challenge: string) => Promise<object>,
  ): Promise<PasskeyForm | null> {
    const site = this.site(visit);
    if (site === null) return null;
    const challenge = this.passkeys.newChallenge();
    const value = { use, userId: owner?.user.id ?? '', challenge };
    return {
      options: JSON.stringify(await optionsOf(site, challenge)),
      challenge: writeTimed(this.settings.key, 'passkey', visit.browserId, value, this.clock.nowMs()),
    };
  }
}
