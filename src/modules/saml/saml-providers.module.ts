import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { SamlProvidersPort } from './contract/saml-providers.port';
import { SamlProvidersService } from './saml-providers.service';
import { SamlReplayCleanupTask } from './saml-replay-cleanup-task';
import { SamlProvidersRepository } from './storage/saml-providers.repository';
import { ShownAssertionsRepository } from './storage/shown-assertions.repository';

/** The control plane's part: manages tenants' identity providers, and deletes the records of expired assertions. */
@Module({
  imports: [KernelModule],
  providers: [
    SamlProvidersRepository,
    ShownAssertionsRepository,
    SamlReplayCleanupTask,
    { provide: SamlProvidersPort, useClass: SamlProvidersService },
  ],
  exports: [SamlProvidersPort],
})
export class SamlProvidersModule {}
