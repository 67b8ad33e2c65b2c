import { Global, Module } from '@nestjs/common';
import { AuditGrpcClient } from './client/audit.grpc-client';
import { AuditPort } from './contract/audit.port';

/** The audit port in a process that does not host the log. */
@Global()
@Module({
  providers: [{ provide: AuditPort, useClass: AuditGrpcClient }],
  exports: [AuditPort],
})
export class AuditClientModule {}
