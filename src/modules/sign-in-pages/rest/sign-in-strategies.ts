import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import passport from 'passport';
import { AppError } from '../../../kernel/errors/app-error';
import { sentBody } from '../../../kernel/http/body/accepted-body';
import { ownFormOf } from '../../../kernel/pages/sent-form';
import { SignInPort } from '../../users/contract/sign-in.port';
import type { SignInOrigin, SignInOutcome } from '../../users/contract/users.types';
import type { Visit } from './browser/visit';

/** Passport's options for a strategy of these pages: the data that is not in the request. */
interface SignInOptions {
  /** The only tenant whose users can sign in; `null` if the account determines the tenant. */
  readonly tenantId: string | null;
  readonly origin: SignInOrigin;
}

/** Signs users in with the email address and the password from the form. */
class PasswordStrategy extends passport.Strategy {
  override readonly name = 'password';

  constructor(private readonly signIns: SignInPort) {
    super();
  }

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

  private async judge(request: Request, { tenantId, origin }: SignInOptions): Promise<SignInOutcome> {
    const form = ownFormOf(sentBody(request));
    const [email, password] = [form.value('email').trim(), form.value('password')];
    if (tenantId === null) return this.signIns.anywhere(email, password, origin);
    return this.signIns.withPassword(tenantId, email, password, origin);
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

  constructor(signIns: SignInPort) {
    this.use(new PasswordStrategy(signIns));
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
  run({ request, origin }: Visit, response: Response, tenantId: string | null): Promise<SignInOutcome | null> {
    const method = ownFormOf(sentBody(request)).value('method') || 'password';
    if (!this.names.has(method)) {
      throw new AppError('invalid_request', `Unknown sign-in method. Use one of: ${[...this.names].join(', ')}.`);
    }
    const options = { session: false, tenantId, origin };
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
