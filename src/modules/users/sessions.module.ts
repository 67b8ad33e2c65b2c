import { Global, Module } from '@nestjs/common';
import { SessionsPort } from './contract/sessions.port';
import { SessionsService } from './sessions.service';

/** Sessions of browsers, for whoever shows pages to them. Beside `PeopleBaseModule` and `TenantsModule`. */
@Global()
@Module({ providers: [{ provide: SessionsPort, useClass: SessionsService }], exports: [SessionsPort] })
export class SessionsModule {}
