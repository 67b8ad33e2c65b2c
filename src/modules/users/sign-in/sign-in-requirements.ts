import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../kernel/database/sql';
import type { SignInRequirement, SignInRequirementsPort } from '../contract/sign-in-requirements.port';
import type { User } from '../contract/users.types';

@Injectable()
export class SignInRequirements implements SignInRequirementsPort {
  private readonly requirements: SignInRequirement[] = [];

  register(requirement: SignInRequirement): void {
    this.requirements.push(requirement);
  }

  async areMet(tx: Tx, user: User, amr: readonly string[]): Promise<boolean> {
    if (this.requirements.length === 0) {
      throw new Error('This process does not host any module that decides what a sign-in requires.');
    }
    for (const requirement of this.requirements) {
      if (!(await requirement.isMet(tx, user, amr))) return false;
    }
    return true;
  }
}
