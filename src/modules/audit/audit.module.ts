import { Global, Module } from '@nestjs/common';
import { AuditService } from './audit.service';
import { AuditPort } from './contract/audit.port';
import { AuditRepository } from './storage/audit.repository';

@Global()
@Module({
  providers: [AuditRepository, AuditService, { provide: AuditPort, useExisting: AuditService }],
  exports: [AuditPort],
})
export class AuditModule {}
