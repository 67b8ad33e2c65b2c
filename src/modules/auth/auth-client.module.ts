import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { AuthGrpcClient } from './client/auth.grpc-client';
import { AuthPort } from './contract/auth.port';

/** The auth port in a process that asks the sidecar. */
@Module({
  imports: [KernelModule],
  providers: [{ provide: AuthPort, useClass: AuthGrpcClient }],
  exports: [AuthPort],
})
export class AuthClientModule {}
