import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { TenantNames } from '../../kernel/context/tenant-names';
import { BelongingRegistry } from '../../kernel/deletions/belonging';
import { AppsService } from './apps.service';
import { ClientsModule } from './clients.module';
import { AppBelongingsPort } from './contract/app-belongings.port';
import { AppsPort } from './contract/apps.port';
import { ScopesPort } from './contract/scopes.port';
import { SelfRegistrationAdminPort } from './contract/self-registration-admin.port';
import { SelfRegistrationPort } from './contract/self-registration.port';
import { ScopesService } from './scopes.service';
import { SelfRegistrationAdminService } from './self-registration-admin.service';
import { SelfRegistrationService } from './self-registration.service';
import { ScopesRepository } from './storage/scopes.repository';
import { SelfRegistrationRepository } from './storage/self-registration.repository';

@Module({
  imports: [KernelModule, ClientsModule, ports(TenantNames)],
  providers: [
    ScopesRepository,
    SelfRegistrationRepository,
    { provide: AppBelongingsPort, useClass: BelongingRegistry },
    AppsService,
    ScopesService,
    { provide: AppsPort, useExisting: AppsService },
    { provide: ScopesPort, useExisting: ScopesService },
    { provide: SelfRegistrationAdminPort, useClass: SelfRegistrationAdminService },
    { provide: SelfRegistrationPort, useClass: SelfRegistrationService },
  ],
  exports: [AppBelongingsPort, AppsPort, ScopesPort, SelfRegistrationAdminPort, SelfRegistrationPort],
})
export class AppsModule {}
