import { Injectable } from '@nestjs/common';
import type { PasswordGatePort, PasswordRule } from '../contract/password-gate.port';

@Injectable()
export class PasswordGate implements PasswordGatePort {
  private readonly rules: PasswordRule[] = [];

  register(rule: PasswordRule): void {
    this.rules.push(rule);
  }

  async isRefused(tenantId: string, email: string, through: string | null = null): Promise<boolean> {
    for (const rule of this.rules) if (await rule.isRefused(tenantId, email, through)) return true;
    return false;
  }
}
