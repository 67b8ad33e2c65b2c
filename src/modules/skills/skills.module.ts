import { type DynamicModule, Module } from '@nestjs/common';
import { SkillsPort } from './contract/skills.port';
import { CheckThreads } from './sandbox/check-threads';
import { IS_PRODUCTION, SkillDefinitions } from './skill-definitions';
import { SkillSigning } from './skill-signing';
import { SkillsService, SkillStores } from './skills.service';
import { AliasesRepository } from './storage/aliases.repository';
import { SigningRepository } from './storage/signing.repository';
import { SkillsRepository } from './storage/skills.repository';

/** Skills are registered and looked at; it runs none. */
@Module({})
export class SkillsModule {
  /** @param isProduction whether URLs are https whatever else is allowed. */
  static host({ isProduction }: { readonly isProduction: boolean }): DynamicModule {
    return {
      module: SkillsModule,
      providers: [
        SkillsRepository,
        AliasesRepository,
        SigningRepository,
        SkillStores,
        CheckThreads,
        SkillDefinitions,
        SkillSigning,
        { provide: IS_PRODUCTION, useValue: isProduction },
        { provide: SkillsPort, useClass: SkillsService },
      ],
      exports: [SkillsPort],
    };
  }
}
