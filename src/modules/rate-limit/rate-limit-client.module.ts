import { Global, Module } from '@nestjs/common';
import { RateLimitGrpcClient } from './client/rate-limit.grpc-client';
import { RateLimitPort } from './contract/rate-limit.port';

/** The rate limit port in a process that asks the sidecar. */
@Global()
@Module({
  providers: [{ provide: RateLimitPort, useClass: RateLimitGrpcClient }],
  exports: [RateLimitPort],
})
export class RateLimitClientModule {}
