import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { ClientsPort } from '../apps/contract/clients.port';
import { TenantNames } from '../../kernel/context/tenant-names';
import { RevocationsPort } from '../revocation/contract/revocations.port';
import { PlatformContextPort } from './contract/platform-context.port';
import { PlatformContextService } from './platform-context.service';

@Module({
  imports: [KernelModule, ports(ClientsPort, TenantNames, RevocationsPort)],
  providers: [{ provide: PlatformContextPort, useClass: PlatformContextService }],
  exports: [PlatformContextPort],
})
export class PlatformContextModule {}
