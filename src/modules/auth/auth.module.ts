import { Global, Module } from '@nestjs/common';
import { AuthService } from './auth.service';
import { AuthPort } from './contract/auth.port';
import { PolicyDecider } from './policy-decider';
import { PrincipalAuthorizer } from './principal-authorizer';
import { PrincipalStanding } from './principal-standing';

@Global()
@Module({
  providers: [PolicyDecider, PrincipalStanding, PrincipalAuthorizer, { provide: AuthPort, useClass: AuthService }],
  exports: [AuthPort],
})
export class AuthModule {}
