import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../kernel/config/inject-config';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { agentsConfig, type AgentsConfig } from './agents.config';

/** Warns the operator once at startup that a variable from other deployments has no effect here. */
@Injectable()
export class UnusedSecretNotice {
  constructor(
    @InjectConfig(agentsConfig) private readonly config: AgentsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.CORESDK_AGENT_SIGNING_SECRET === null) return;
    this.logger.warn(
      "CORESDK_AGENT_SIGNING_SECRET is not used: the installation's own keys sign agent tokens; remove the variable",
    );
  }
}
