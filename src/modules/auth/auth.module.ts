import { Global, Module } from '@nestjs/common';
import { AuthService } from './auth.service';
import { AuthPort } from './contract/auth.port';

@Global()
@Module({
  providers: [{ provide: AuthPort, useClass: AuthService }],
  exports: [AuthPort],
})
export class AuthModule {}
