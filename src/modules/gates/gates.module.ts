import { Module } from '@nestjs/common';
import { Installation } from '../../kernel/config/installation';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { AuditPort } from '../audit/contract/audit.port';
import { PolicyPort } from '../policy/contract/policy.port';
import { AuthPort } from '../auth/contract/auth.port';
import { SecretGrantsPort } from '../secrets/contract/secret-grants.port';
import { DnsNameResolver, NameResolver } from '../../kernel/network/name-resolver';
import { EgressPort } from './contract/egress.port';
import { GatesPort } from './contract/gates.port';
import { DenialRecord } from './denial-record';
import { OwnHosts } from './domain/own-hosts';
import { egressConfig, type EgressConfig } from './egress.config';
import { EgressService } from './egress.service';
import { GatesService } from './gates.service';
import { SecretGate } from './secret-gate';

const nameResolver = (config: EgressConfig): NameResolver =>
  new DnsNameResolver({
    timeoutMs: config.EGRESS_DNS_TIMEOUT_MS,
    ...(config.EGRESS_DNS_SERVERS.length === 0 ? {} : { servers: config.EGRESS_DNS_SERVERS }),
  });

/** Gates for data, compute and the network, in the sidecar. */
@Module({
  imports: [KernelModule, ports(AuditPort, PolicyPort, AuthPort, SecretGrantsPort)],
  providers: [
    DenialRecord,
    { provide: OwnHosts, useFactory: ({ ownHosts }: Installation) => new OwnHosts(ownHosts), inject: [Installation] },
    { provide: NameResolver, useFactory: nameResolver, inject: [egressConfig.token] },
    { provide: EgressPort, useClass: EgressService },
    SecretGate,
    { provide: GatesPort, useClass: GatesService },
  ],
  exports: [EgressPort, GatesPort],
})
export class GatesModule {}
