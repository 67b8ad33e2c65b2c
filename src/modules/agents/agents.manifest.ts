import type { Manifest } from '../../kernel/composition/manifest';
import { agentsConfig } from './agents.config';

export const agentsManifest = {
  config: [agentsConfig],
  hosted: {
    agents: () => import('./agents.module.js'),
  },
  controllers: {
    grpc: [() => import('./grpc/agents.grpc.controller.js')],
  },
} satisfies Manifest;
