import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { AuditProofsGrpcClient } from './client/audit-proofs.grpc-client';
import { AuditGrpcClient } from './client/audit.grpc-client';
import { AuditInclusionPort } from './contract/audit-proofs.port';
import { AuditQueryGrpcClient } from './client/audit-query.grpc-client';
import { AuditQueryPort } from './contract/audit-query.port';
import { AuditPort } from './contract/audit.port';

/** Provides the audit ports in a process that does not host the log. */
@Module({
  imports: [KernelModule],
  providers: [
    { provide: AuditPort, useClass: AuditGrpcClient },
    { provide: AuditInclusionPort, useClass: AuditProofsGrpcClient },
    { provide: AuditQueryPort, useClass: AuditQueryGrpcClient },
  ],
  exports: [AuditPort, AuditInclusionPort, AuditQueryPort],
})
export class AuditClientModule {}
