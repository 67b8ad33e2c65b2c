import { Global, Module } from '@nestjs/common';
import { AuthGrpcClient } from './client/auth.grpc-client';
import { AuthPort } from './contract/auth.port';

/** The auth port in a process that asks the sidecar. */
@Global()
@Module({
  providers: [{ provide: AuthPort, useClass: AuthGrpcClient }],
  exports: [AuthPort],
})
export class AuthClientModule {}
