import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppsService } from './apps.service';
import { ClientsModule } from './clients.module';
import { AppsPort } from './contract/apps.port';
import { ScopesPort } from './contract/scopes.port';
import { ScopesService } from './scopes.service';
import { ScopeEntity } from './storage/scope.entity';
import { ScopesRepository } from './storage/scopes.repository';

@Global()
@Module({
  imports: [ClientsModule, TypeOrmModule.forFeature([ScopeEntity])],
  providers: [
    ScopesRepository,
    AppsService,
    ScopesService,
    { provide: AppsPort, useExisting: AppsService },
    { provide: ScopesPort, useExisting: ScopesService },
  ],
  exports: [ClientsModule, AppsPort, ScopesPort],
})
export class AppsModule {}
