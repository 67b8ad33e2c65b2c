import { Inject } from '@nestjs/common';
import type { ConfigSection } from './config-section';

/** Injects the values of a section: `@InjectConfig(oauthConfig) private readonly config: ConfigOf<typeof oauthConfig>`. */
export function InjectConfig(section: ConfigSection): ParameterDecorator & PropertyDecorator {
  return Inject(section.token);
}
