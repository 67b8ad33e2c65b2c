import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { AdmissionGrpcClient } from './client/admission.grpc-client';
import { AuthGrpcClient } from './client/auth.grpc-client';
import { AdmissionPort } from './contract/admission.port';
import { AuthPort } from './contract/auth.port';

/** The ports of the auth module in a process that calls the sidecar. */
@Module({
  imports: [KernelModule],
  providers: [
    { provide: AdmissionPort, useClass: AdmissionGrpcClient },
    { provide: AuthPort, useClass: AuthGrpcClient },
  ],
  exports: [AdmissionPort, AuthPort],
})
export class AuthClientModule {}
