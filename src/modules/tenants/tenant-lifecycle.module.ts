import { Module } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { NoteSigner } from '../audit/contract/note-signer';
import { SignerPort } from '../keys/contract/signer.port';
import { ClientsPort } from '../apps/contract/clients.port';
import { IsolationProbes } from '../../kernel/tenant-data/isolation-probe';
import { RegisteredTenantData } from '../../kernel/tenant-data/tenant-data';
import { IsolationPort } from './contract/isolation.port';
import { TenantLifecyclePort } from './contract/tenant-lifecycle.port';
import { DatabaseProbes } from './storage/database-probes';
import { TenantIsolationService } from './tenant-isolation.service';
import { SealingProbe } from './sealing-probe';
import { ErasuresRepository } from './storage/erasures.repository';
import { TenantIsolationRepository } from './storage/tenant-isolation.repository';
import { TenantRowsRepository } from './storage/tenant-rows.repository';
import { TenantEraser } from './tenant-eraser';
import { TenantExportService } from './tenant-export.service';
import { TenantImportService } from './tenant-import.service';
import { TenantLifecycleService } from './tenant-lifecycle.service';
import { TenantsModule } from './tenants.module';

/**
 * Creates, deletes, exports and imports tenants with all their rows, and checks their isolation, in the roles that have `MASTER_KEY` and
 * the signing key.
 */
@Module({
  imports: [KernelModule, TenantsModule, ports(NoteSigner, SignerPort, ClientsPort)],
  providers: [
    {
      provide: RegisteredTenantData,
      useFactory: ({ tenantData }: Installation) => new RegisteredTenantData(tenantData),
      inject: [Installation],
    },
    TenantRowsRepository,
    ErasuresRepository,
    TenantExportService,
    TenantImportService,
    TenantEraser,
    TenantLifecycleService,
    IsolationProbes,
    TenantIsolationRepository,
    DatabaseProbes,
    SealingProbe,
    TenantIsolationService,
    { provide: IsolationPort, useExisting: TenantIsolationService },
    { provide: TenantLifecyclePort, useExisting: TenantLifecycleService },
  ],
  exports: [IsolationPort, IsolationProbes, TenantLifecyclePort, RegisteredTenantData, TenantEraser],
})
export class TenantLifecycleModule {}
