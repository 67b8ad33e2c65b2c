import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { PolicyPort } from '../policy/contract/policy.port';
import { AuthPort } from '../auth/contract/auth.port';
import { SignerPort } from '../keys/contract/signer.port';
import { AuditPort } from '../audit/contract/audit.port';
import { TokenEventLogPort } from '../token-events/contract/token-event-log.port';
import { AgentsService } from './agents.service';
import { AgentsPort } from './contract/agents.port';
import { DelegationPolicy } from './delegation-policy';
import { UnusedSecretNotice } from './unused-secret-notice';

/** Issues and signs tokens for agents. The process must have `MASTER_KEY`. */
@Module({
  imports: [KernelModule, ports(PolicyPort, AuthPort, SignerPort, AuditPort, TokenEventLogPort)],
  providers: [DelegationPolicy, UnusedSecretNotice, { provide: AgentsPort, useClass: AgentsService }],
  exports: [AgentsPort],
})
export class AgentsModule {}
