import { Injectable } from '@nestjs/common';
import passport from 'passport';
import type { User } from '../contract/users.types';

/** Why an attempt was not let in: for the record, never for the caller. */
export type SignInRefusal =
  | 'throttled'
  | 'unknown_address'
  | 'several_accounts'
  | 'wrong_password'
  | 'no_password'
  | 'user_not_active'
  | 'tenant_not_active';

/** What a method found out. */
export type MethodVerdict =
  | { readonly signedIn: true; readonly user: User }
  | {
      readonly signedIn: false;
      readonly reason: SignInRefusal;
      /** The account that was meant, when there is one; for the record. */
      readonly account: User | null;
      /** Set when the attempt was not looked at. */
      readonly retryAfterSeconds?: number;
    };

/**
 * A way to prove who one is: a Passport strategy whose request is the attempt itself. Passport's own part is the
 * registry and the protocol of success, failure and error; sessions are ours.
 */
export abstract class SignInMethod<Attempt> extends passport.Strategy {
  abstract override readonly name: string;

  /** Errors: what keeps the method from finding out. */
  protected abstract prove(attempt: Attempt): Promise<MethodVerdict>;

  override authenticate(attempt: unknown): void {
    this.prove(attempt as Attempt).then(
      (verdict) => {
        if (verdict.signedIn) this.success(verdict.user, verdict);
        else this.fail({ ...verdict });
      },
      (error: unknown) => {
        this.error(error);
      },
    );
  }
}

/** The methods of this installation, by name. */
@Injectable()
export class SignInMethods {
  private readonly authenticator = new passport.Passport();

  add<Attempt>(method: SignInMethod<Attempt>): void {
    this.authenticator.use(method);
  }

  /** Runs a method on an attempt. Errors: those of the method. */
  run(name: string, attempt: object): Promise<MethodVerdict> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, _user: unknown, verdict: unknown): void => {
        if (error) reject(error);
        else resolve(verdict as MethodVerdict);
      };
      const handler = this.authenticator.authenticate(name, { session: false }, done) as Handler;
      // Passport decorates its request; the attempt stays as it is.
      handler(Object.create(attempt) as object, {}, reject);
    });
  }
}

type Handler = (request: object, response: object, next: (error: unknown) => void) => void;
