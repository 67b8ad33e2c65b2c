import { Injectable } from '@nestjs/common';
import { CheckConsent } from './check-consent';
import { CheckSecondFactor } from './check-second-factor';
import { CheckSignIn } from './check-sign-in';
import { FindClient } from './find-client';
import { IssueCode } from './issue-code';

/** The steps of the authorization endpoint that depend on stored data. */
@Injectable()
export class AuthorizationSteps {
  constructor(
    readonly findClient: FindClient,
    readonly checkSignIn: CheckSignIn,
    readonly checkSecondFactor: CheckSecondFactor,
    readonly checkConsent: CheckConsent,
    readonly issueCode: IssueCode,
  ) {}
}
