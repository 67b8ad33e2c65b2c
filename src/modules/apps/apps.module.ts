import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppsService } from './apps.service';
import { ClientsService } from './clients.service';
import { AppsPort } from './contract/apps.port';
import { ClientsPort } from './contract/clients.port';
import { ScopesPort } from './contract/scopes.port';
import { RemoteJwks } from './remote-jwks';
import { ScopesService } from './scopes.service';
import { SecretUse } from './secret-use';
import { AppEntity } from './storage/app.entity';
import { AppsRepository } from './storage/apps.repository';
import { ScopeEntity } from './storage/scope.entity';
import { ScopesRepository } from './storage/scopes.repository';
import { SecretEntity } from './storage/secret.entity';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AppEntity, SecretEntity, ScopeEntity])],
  providers: [
    AppsRepository,
    ScopesRepository,
    SecretUse,
    RemoteJwks,
    AppsService,
    ClientsService,
    ScopesService,
    { provide: AppsPort, useExisting: AppsService },
    { provide: ClientsPort, useExisting: ClientsService },
    { provide: ScopesPort, useExisting: ScopesService },
  ],
  exports: [AppsPort, ClientsPort, ScopesPort],
})
export class AppsModule {}
