import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { RateLimitRulesPort } from './contract/rate-limit-rules.port';
import { RateLimitRulesService } from './rate-limit-rules.service';
import { RulesRepository } from './storage/rules.repository';

/** The control plane's part of the module, which stores the rules. The sidecar's part applies them. */
@Module({
  imports: [KernelModule],
  providers: [RulesRepository, { provide: RateLimitRulesPort, useClass: RateLimitRulesService }],
  exports: [RateLimitRulesPort],
})
export class RateLimitRulesModule {}
