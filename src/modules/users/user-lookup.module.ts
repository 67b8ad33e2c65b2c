import { Global, Module } from '@nestjs/common';
import { UserLookupPort } from './contract/user-lookup.port';
import { UsersRepository } from './storage/users.repository';
import { UserLookup } from './user-lookup';

/** Users by id, for every role; signing in and administering them is `UsersModule`. */
@Global()
@Module({
  providers: [UsersRepository, { provide: UserLookupPort, useClass: UserLookup }],
  exports: [UserLookupPort, UsersRepository],
})
export class UserLookupModule {}
