import { type DynamicModule, Inject, Module } from '@nestjs/common';
import type { ConfigSection } from './config-section';

/** Pairs a section with its values, ready to be provided. */
export interface ProvidedConfig {
  readonly section: ConfigSection;
  readonly values: unknown;
}

/** Injects the values of a section: `@InjectConfig(oauthConfig) private readonly config: ConfigOf<typeof oauthConfig>`. */
export function InjectConfig(section: ConfigSection): ParameterDecorator & PropertyDecorator {
  return Inject(section.token);
}

/** Makes the values of every section of a role injectable in its whole container. */
@Module({})
export class ConfigModule {
  static provide(configs: readonly ProvidedConfig[]): DynamicModule {
    const providers = configs.map(({ section, values }) => ({ provide: section.token, useValue: values }));
    return { module: ConfigModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
