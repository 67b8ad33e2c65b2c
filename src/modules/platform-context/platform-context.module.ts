import { Global, Module } from '@nestjs/common';
import { PlatformContextPort } from './contract/platform-context.port';
import { PlatformContextService } from './platform-context.service';

@Global()
@Module({
  providers: [{ provide: PlatformContextPort, useClass: PlatformContextService }],
  exports: [PlatformContextPort],
})
export class PlatformContextModule {}
