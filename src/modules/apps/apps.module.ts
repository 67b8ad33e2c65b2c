import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppsService } from './apps.service';
import { ClientsModule } from './clients.module';
import { AppBelongings } from './contract/app-belongings';
import { AppsPort } from './contract/apps.port';
import { ScopesPort } from './contract/scopes.port';
import { SelfRegistrationAdminPort } from './contract/self-registration-admin.port';
import { SelfRegistrationPort } from './contract/self-registration.port';
import { ScopesService } from './scopes.service';
import { SelfRegistrationAdminService } from './self-registration-admin.service';
import { SelfRegistrationService } from './self-registration.service';
import { ScopeEntity } from './storage/scope.entity';
import { ScopesRepository } from './storage/scopes.repository';
import { SelfRegistrationRepository } from './storage/self-registration.repository';

@Global()
@Module({
  imports: [ClientsModule, TypeOrmModule.forFeature([ScopeEntity])],
  providers: [
    ScopesRepository,
    SelfRegistrationRepository,
    AppBelongings,
    AppsService,
    ScopesService,
    { provide: AppsPort, useExisting: AppsService },
    { provide: ScopesPort, useExisting: ScopesService },
    { provide: SelfRegistrationAdminPort, useClass: SelfRegistrationAdminService },
    { provide: SelfRegistrationPort, useClass: SelfRegistrationService },
  ],
  exports: [ClientsModule, AppBelongings, AppsPort, ScopesPort, SelfRegistrationAdminPort, SelfRegistrationPort],
})
export class AppsModule {}
