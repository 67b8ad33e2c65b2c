import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { PeopleBaseModule } from './people-base.module';
import { UserLookupModule } from './user-lookup.module';
import { ports } from '../../kernel/composition/ports';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { SessionsPort } from './contract/sessions.port';
import { SignInRequirementsPort } from './contract/sign-in-requirements.port';
import { SessionsService } from './sessions.service';
import { SignInRequirements } from './sign-in/sign-in-requirements';

/** Browser sessions, for modules that show pages. Import it with `PeopleBaseModule` and `TenantsModule`. */
@Module({
  imports: [KernelModule, PeopleBaseModule, UserLookupModule, ports(TenantsPort)],
  providers: [
    { provide: SignInRequirementsPort, useClass: SignInRequirements },
    { provide: SessionsPort, useClass: SessionsService },
  ],
  exports: [SessionsPort, SignInRequirementsPort],
})
export class SessionsModule {}
