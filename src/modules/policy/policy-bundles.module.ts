import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { TenantNames } from '../../kernel/context/tenant-names';
import { BundleChecker } from './bundle/bundle-checker';
import { BundleThreads } from './bundle/check/bundle-threads';
import { PolicyBundlesPort } from './contract/policy-bundles.port';
import { PolicyBundlesService } from './policy-bundles.service';
import { PolicyKeysService } from './policy-keys.service';
import { PolicyUploadsService } from './policy-uploads.service';
import { PolicyDecisionsRepository } from './storage/policy-decisions.repository';
import { PolicyKeysRepository } from './storage/policy-keys.repository';
import { PolicyVersionsRepository } from './storage/policy-versions.repository';

/** The control plane's part of the module, which accepts, stores and activates bundles. The sidecar's part serves them. */
@Module({
  imports: [KernelModule, ports(TenantNames)],
  providers: [
    PolicyVersionsRepository,
    PolicyKeysRepository,
    PolicyDecisionsRepository,
    BundleThreads,
    BundleChecker,
    PolicyUploadsService,
    PolicyKeysService,
    PolicyBundlesService,
    { provide: PolicyBundlesPort, useExisting: PolicyBundlesService },
  ],
  exports: [PolicyBundlesPort],
})
export class PolicyBundlesModule {}
