import type { DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { z } from 'zod';
import { ChangeCleanupTask } from '../kernel/changes/change-cleanup-task';
import { compose } from '../kernel/composition/compose';
import { schemaMessage } from '../kernel/errors/schema-messages';
import { hostedModules } from './hosting';
import { DENIALS_METRICS } from './http/denials';
import { type CoreParts, kernelOf } from './kernel-of';
import { isControlPlane } from './settings';

z.config({ customError: schemaMessage });

class Core {}

/** Builds the module with the services of a role, in one container per process. */
export async function coreOf(parts: CoreParts): Promise<DynamicModule> {
  const { ROLE: role } = parts.settings.role;
  return {
    module: Core,
    imports: [DiscoveryModule, ...compose(await hostedModules(role), kernelOf(parts))],
    providers: [...DENIALS_METRICS, ...(isControlPlane(role) ? [ChangeCleanupTask] : [])],
  };
}
