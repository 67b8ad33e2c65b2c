import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { RateLimitRulesPort } from './contract/rate-limit-rules.port';
import { RateLimitRulesService } from './rate-limit-rules.service';
import { RulesRepository } from './storage/rules.repository';

/** The part of the control plane: stores the rules. The sidecar applies them. */
@Module({
  imports: [KernelModule],
  providers: [RulesRepository, { provide: RateLimitRulesPort, useClass: RateLimitRulesService }],
  exports: [RateLimitRulesPort],
})
export class RateLimitRulesModule {}
