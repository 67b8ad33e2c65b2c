import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { UserLookupPort } from './contract/user-lookup.port';
import { UsersRepository } from './storage/users.repository';
import { UserLookup } from './user-lookup';

/** Looks up users by id, for every role. `UsersModule` signs users in and manages them. */
@Module({
  imports: [KernelModule],
  providers: [UsersRepository, { provide: UserLookupPort, useClass: UserLookup }],
  exports: [UserLookupPort, UsersRepository],
})
export class UserLookupModule {}
