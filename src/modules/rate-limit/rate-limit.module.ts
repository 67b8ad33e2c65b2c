import { type DynamicModule, Global, Module } from '@nestjs/common';
import { BucketsLifecycle, bucketsProvider, type StoreKind } from './buckets.provider';
import { CountingRateLimitPort, RateLimitPort } from './contract/rate-limit.port';
import { Limiter } from './limiter';
import { Quotas } from './quotas';
import { RateLimitService } from './rate-limit.service';
import { Replicas } from './replicas';
import { RulesHolder } from './rules-holder';
import { BucketsRepository } from './storage/buckets.repository';
import { RulesRepository } from './storage/rules.repository';
import { UsageRepository } from './storage/usage.repository';

/** The sidecar's half: counts, and says what may. The control plane's half keeps the rules. */
@Global()
@Module({})
export class RateLimitModule {
  /** @param store where this process counts: the role knows whether it is alone. */
  static host({ store }: { readonly store: StoreKind }): DynamicModule {
    return {
      module: RateLimitModule,
      providers: [
        BucketsRepository,
        RulesRepository,
        UsageRepository,
        Replicas,
        bucketsProvider(store),
        BucketsLifecycle,
        Quotas,
        Limiter,
        RulesHolder,
        RateLimitService,
        { provide: RateLimitPort, useExisting: RateLimitService },
        { provide: CountingRateLimitPort, useExisting: RateLimitService },
      ],
      exports: [RateLimitPort, CountingRateLimitPort],
    };
  }
}
