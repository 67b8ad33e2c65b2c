import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import passport from 'passport';
import { AppError } from '../../../kernel/errors/app-error';
import { sentBody } from '../../../kernel/http/body/accepted-body';
import { ownFormOf } from '../../../kernel/pages/sent-form';
import { PasskeysPort } from '../../factors/contract/passkeys.port';
import { SignInPort } from '../../users/contract/sign-in.port';
import type { SignInOrigin, SignInOutcome } from '../../users/contract/users.types';
import { PasskeyForms } from './browser/passkey-forms';
import type { Visit } from './browser/visit';

/** Passport's options for a strategy of these pages: the data that is not in the request. */
interface SignInOptions {
  readonly visit: Visit;
  /** The only tenant whose users can sign in; `null` if the account determines the tenant. */
  readonly tenantId: string | null;
  readonly origin: SignInOrigin;
}

/** A strategy that judges a form at once. */
abstract class FormStrategy extends passport.Strategy {
  override authenticate(request: Request, options: SignInOptions): void {
    this.judge(request, options).then(
      (outcome) => {
        if (outcome.outcome === 'signed_in') this.success(outcome.user, outcome);
        else this.fail(outcome);
      },
      (error: unknown) => {
        this.error(error);
      },
    );
  }

  protected abstract judge(request: Request, options: SignInOptions): Promise<SignInOutcome>;
}

/** Signs users in with the email address and the password from the form. */
class PasswordStrategy extends FormStrategy {
  override readonly name = 'password';

  constructor(private readonly signIns: SignInPort) {
    super();
  }

  protected override async judge(request: Request, { tenantId, origin }: SignInOptions): Promise<SignInOutcome> {
    const form = ownFormOf(sentBody(request));
    const [email, password] = [form.value('email').trim(), form.value('password')];
    if (tenantId === null) return this.signIns.anywhere(email, password, origin);
    return this.signIns.withPassword(tenantId, email, password, origin);
  }
}

/** Signs users in with a code from a mail. */
class EmailCodeStrategy extends FormStrategy {
  override readonly name = 'email-code';

  constructor(private readonly signIns: SignInPort) {
    super();
  }

  protected override async judge(request: Request, { visit, tenantId, origin }: SignInOptions): Promise<SignInOutcome> {
    const form = ownFormOf(sentBody(request));
    const [email, code] = [form.value('email').trim(), form.value('code')];
    // A code belongs to the authorization request of an app, whose tenant is known.
    if (tenantId === null) return { outcome: 'refused' };
    return this.signIns.withEmailCode(tenantId, { email, code, browserId: visit.browserId }, origin);
  }
}

/** Signs users in with a passkey alone. */
class PasskeyStrategy extends FormStrategy {
  override readonly name = 'passkey';

  constructor(
    private readonly forms: PasskeyForms,
    private readonly passkeys: PasskeysPort,
  ) {
    super();
  }

  protected override async judge(request: Request, { visit, tenantId, origin }: SignInOptions): Promise<SignInOutcome> {
    const site = this.forms.site(visit);
    const answer = this.forms.answer(visit, 'sign-in', '', ownFormOf(sentBody(request)));
    const signedIn = site && answer && (await this.passkeys.signIn(site, tenantId, answer, origin));
    return signedIn ? { outcome: 'signed_in', ...signedIn } : { outcome: 'refused' };
  }
}

/**
 * The sign-in methods of the pages, as Passport strategies. Each strategy either reads its credentials from the request and passes them to
 * the port, which limits and records attempts, or redirects the browser, for example to an identity provider. This product, not Passport,
 * manages the sessions.
 */
@Injectable()
export class SignInStrategies {
  private readonly authenticator = new passport.Passport();
  private readonly names = new Set<string>();

  constructor(signIns: SignInPort, forms: PasskeyForms, passkeys: PasskeysPort) {
    this.use(new PasswordStrategy(signIns));
    this.use(new EmailCodeStrategy(signIns));
    this.use(new PasskeyStrategy(forms, passkeys));
  }

  /** Adds a sign-in method. */
  use(strategy: passport.Strategy & { readonly name: string }): void {
    this.authenticator.use(strategy);
    this.names.add(strategy.name);
  }

  /**
   * Runs the strategy that the form names as its `method`, or the password strategy if it names none.
   * @returns `null` if the strategy has redirected the browser, or if the browser has disconnected. Errors: `invalid_request` for an
   * unknown method, and the errors of {@link SignInPort}.
   */
  run(visit: Visit, response: Response, tenantId: string | null): Promise<SignInOutcome | null> {
    const { request, origin } = visit;
    const method = ownFormOf(sentBody(request)).value('method') || 'password';
    if (!this.names.has(method)) {
      throw new AppError('invalid_request', `Unknown sign-in method. Use one of: ${[...this.names].join(', ')}.`);
    }
    const options = { session: false, visit, tenantId, origin };
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, _user: unknown, outcome: unknown): void => {
        if (error) reject(error);
        else resolve(outcome as SignInOutcome);
      };
      response.once('close', () => {
        resolve(null);
      });
      const handle = this.authenticator.authenticate(method, options, done) as Handler;
      handle(request, response, reject);
    });
  }
}

type Handler = (request: Request, response: Response, next: (error: unknown) => void) => void;
