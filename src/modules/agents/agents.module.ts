import { Global, Module } from '@nestjs/common';
import { AgentsService } from './agents.service';
import { AgentsPort } from './contract/agents.port';
import { DelegationPolicy } from './delegation-policy';
import { UnusedSecretNotice } from './unused-secret-notice';

/** Tokens for agents. It signs them, so that the process must hold `MASTER_KEY`. */
@Global()
@Module({
  providers: [DelegationPolicy, UnusedSecretNotice, { provide: AgentsPort, useClass: AgentsService }],
  exports: [AgentsPort],
})
export class AgentsModule {}
