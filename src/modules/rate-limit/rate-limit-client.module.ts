import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { RateLimitGrpcClient } from './client/rate-limit.grpc-client';
import { RateLimitPort } from './contract/rate-limit.port';

/** The rate limit port in a process that calls the sidecar. */
@Module({
  imports: [KernelModule],
  providers: [{ provide: RateLimitPort, useClass: RateLimitGrpcClient }],
  exports: [RateLimitPort],
})
export class RateLimitClientModule {}
