import { Module } from '@nestjs/common';
import { AccessTokensModule } from '../oauth/access-tokens.module';
import { AuthService } from './auth.service';
import { AuthPort } from './contract/auth.port';

@Module({
  imports: [AccessTokensModule],
  providers: [{ provide: AuthPort, useClass: AuthService }],
  exports: [AuthPort],
})
export class AuthModule {}
