import { Injectable } from '@nestjs/common';
import { PasswordGatePort, type PasswordRule } from '../../users/contract/password-gate.port';
import { domainOf } from '../domain/email-domain';
import { ConnectionDomainsRepository } from '../storage/connection-domains.repository';

/** Refuses passwords for addresses in domains whose people must sign in through a connection. */
@Injectable()
export class DomainPasswordRule implements PasswordRule {
  constructor(
    private readonly domains: ConnectionDomainsRepository,
    gate: PasswordGatePort,
  ) {
    gate.register(this);
  }

  async isRefused(tenantId: string, email: string, through: string | null): Promise<boolean> {
    const domain = domainOf(email);
    const home = domain === null ? null : await this.domains.home(tenantId, domain);
    return home?.enforced === true && home.connectionId !== through;
  }
}
