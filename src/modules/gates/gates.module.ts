import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DnsNameResolver, NameResolver } from '../../kernel/network/name-resolver';
import { EgressPort } from './contract/egress.port';
import { GatesPort } from './contract/gates.port';
import { DenialRecord } from './denial-record';
import { OwnHosts } from './domain/own-hosts';
import { egressConfig, type EgressConfig } from './egress.config';
import { EgressService } from './egress.service';
import { GatesService } from './gates.service';
import { SecretGate } from './secret-gate';

/** Gates before data, compute and the network; where the sidecar is. */
@Global()
@Module({})
export class GatesModule {
  /** @param ownHosts names and addresses of this installation, which no URL of a tenant may lead to. */
  static host({ ownHosts }: { readonly ownHosts: readonly string[] }): DynamicModule {
    const resolver = (config: EgressConfig): NameResolver =>
      new DnsNameResolver({
        timeoutMs: config.EGRESS_DNS_TIMEOUT_MS,
        ...(config.EGRESS_DNS_SERVERS.length === 0 ? {} : { servers: config.EGRESS_DNS_SERVERS }),
      });
    return {
      module: GatesModule,
      providers: [
        DenialRecord,
        { provide: OwnHosts, useValue: new OwnHosts(ownHosts) },
        { provide: NameResolver, useFactory: resolver, inject: [egressConfig.token] },
        { provide: EgressPort, useClass: EgressService },
        SecretGate,
        { provide: GatesPort, useClass: GatesService },
      ],
      exports: [EgressPort, GatesPort],
    };
  }
}
