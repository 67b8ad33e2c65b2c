import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuditPort } from '../audit/contract/audit.port';
import { SamlPort } from './contract/saml.port';
import { SamlProviderCache } from './saml-provider-cache';
import { SamlService } from './saml.service';
import { SamlProvidersRepository } from './storage/saml-providers.repository';
import { ShownAssertionsRepository } from './storage/shown-assertions.repository';

/** The sidecar's part: validates assertions. The control plane's part manages providers. */
@Module({
  imports: [KernelModule, ports(AuditPort)],
  providers: [
    SamlProvidersRepository,
    ShownAssertionsRepository,
    SamlProviderCache,
    { provide: SamlPort, useClass: SamlService },
  ],
  exports: [SamlPort],
})
export class SamlModule {}
