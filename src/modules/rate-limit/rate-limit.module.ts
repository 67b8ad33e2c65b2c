import { Module } from '@nestjs/common';
import { makeCounterProvider } from '@willsoto/nestjs-prometheus';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { BucketsLifecycle, bucketsProvider } from './buckets.provider';
import { CountingRateLimitPort, RateLimitPort } from './contract/rate-limit.port';
import { RateLimiter } from './rate-limiter';
import { Quotas } from './quotas';
import { RateLimitService } from './rate-limit.service';
import { Replicas } from './replicas';
import { RulesCache } from './rules-cache';
import { BucketsRepository } from './storage/buckets.repository';
import { RulesRepository } from './storage/rules.repository';
import { UsageRepository } from './storage/usage.repository';

/** The sidecar's part of the module, which counts calls and decides. The control plane's part stores the rules. */
@Module({
  imports: [KernelModule, ports(TenantsPort)],
  providers: [
    BucketsRepository,
    RulesRepository,
    UsageRepository,
    Replicas,
    bucketsProvider,
    BucketsLifecycle,
    Quotas,
    RateLimiter,
    RulesCache,
    RateLimitService,
    { provide: RateLimitPort, useExisting: RateLimitService },
    { provide: CountingRateLimitPort, useExisting: RateLimitService },
    makeCounterProvider({
      name: 'coresdk_rate_limit_decisions_total',
      help: 'Rate limit decisions by outcome: allowed or refused; shadow: a rule in shadow mode would have refused; degraded: by the share of this process.',
      labelNames: ['outcome'],
    }),
  ],
  exports: [RateLimitPort, CountingRateLimitPort],
})
export class RateLimitModule {}
