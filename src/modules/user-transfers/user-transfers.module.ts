import { type DynamicModule, Global, Module, type ModuleMetadata } from '@nestjs/common';
import { UserTransfersPort } from './contract/user-transfers.port';
import { UserTransfersService } from './user-transfers.service';

/** Hands in imports and exports of users. Beside the people of the tenants. */
@Global()
@Module({})
export class UserTransfersModule {
  /** @param imports modules with `JobsPort`. */
  static host(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: UserTransfersModule,
      imports,
      providers: [{ provide: UserTransfersPort, useClass: UserTransfersService }],
      exports: [UserTransfersPort],
    };
  }
}
