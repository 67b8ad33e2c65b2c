import { Injectable } from '@nestjs/common';
import type { SignInOptions as Options, SignInOptionsPort } from '../contract/sign-in-options.port';
import { signUpOffer } from '../domain/sign-up-rules';
import { AccountRulesRepository } from '../storage/account-rules.repository';

@Injectable()
export class SignInOptions implements SignInOptionsPort {
  constructor(private readonly rules: AccountRulesRepository) {}

  async find(tenantId: string): Promise<Options> {
    const rules = await this.rules.find(tenantId);
    const { emailCodes, stayDays } = rules;
    return { signUp: signUpOffer(rules) !== null, emailCodes, stayDays };
  }
}
