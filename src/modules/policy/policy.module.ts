import { Module } from '@nestjs/common';
import { makeCounterProvider } from '@willsoto/nestjs-prometheus';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { TenantNames } from '../../kernel/context/tenant-names';
import { AuditPort } from '../audit/contract/audit.port';
import { PolicyPort } from './contract/policy.port';
import { DecisionLog } from './decision-log';
import { DecisionRecorder } from './decision-recorder';
import { MainThreadDecisions } from './main-thread-decisions';
import { PolicyDirectory } from './policy-directory';
import { PolicyCache } from './policy-cache';
import { PolicyLoader } from './policy-loader';
import { PolicyService } from './policy.service';
import { PolicyWatch } from './policy-watch';
import { DecisionThreads } from './threads/decision-threads';
import { ActivePoliciesRepository } from './storage/active-policies.repository';
import { PolicyDecisionsRepository } from './storage/policy-decisions.repository';

/** The sidecar's part of the module, which decides with the active bundles. The control plane's part accepts them. */
@Module({
  imports: [KernelModule, ports(TenantNames, AuditPort)],
  providers: [
    ActivePoliciesRepository,
    PolicyDecisionsRepository,
    PolicyDirectory,
    PolicyLoader,
    PolicyCache,
    PolicyWatch,
    DecisionLog,
    DecisionRecorder,
    MainThreadDecisions,
    DecisionThreads,
    PolicyService,
    { provide: PolicyPort, useExisting: PolicyService },
    makeCounterProvider({
      name: 'coresdk_policy_decisions_dropped_total',
      help: 'Policy decisions that were not written to the decision log: too many waited, or the store did not accept them.',
    }),
  ],
  exports: [PolicyPort],
})
export class PolicyModule {}
