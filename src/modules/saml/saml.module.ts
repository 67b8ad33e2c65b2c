import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuditPort } from '../audit/contract/audit.port';
import { SamlPort } from './contract/saml.port';
import { SamlProviderHolder } from './saml-provider-holder';
import { SamlService } from './saml.service';
import { SamlProvidersRepository } from './storage/saml-providers.repository';
import { ShownAssertionsRepository } from './storage/shown-assertions.repository';

/** The sidecar's half: judges assertions. The control plane's half administers providers. */
@Module({
  imports: [KernelModule, ports(AuditPort)],
  providers: [
    SamlProvidersRepository,
    ShownAssertionsRepository,
    SamlProviderHolder,
    { provide: SamlPort, useClass: SamlService },
  ],
  exports: [SamlPort],
})
export class SamlModule {}
