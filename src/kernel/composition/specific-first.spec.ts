import { Controller, Get, Post, type Type } from '@nestjs/common';
import { specificFirst } from './specific-first';

@Controller('v1/users/:id')
class OneUser {
  @Get()
  get(): void {}
}

@Controller('v1/users')
class Own {
  @Get('me')
  me(): void {}
}

@Controller('v1/users')
class Posted {
  @Post('me')
  me(): void {}
}

@Controller('v1/files')
class Everything {
  @Get('*path')
  get(): void {}
}

@Controller('v1/files')
class Signed {
  @Get('signed/urls')
  list(): void {}
}

@Controller('v1')
class Crossed {
  @Get('users/:id')
  user(): void {}

  @Get('files/fixed')
  file(): void {}
}

@Controller('v1')
class Crossing {
  @Get('files/:id')
  file(): void {}

  @Get('users/fixed')
  user(): void {}
}

const namesOf = (controllers: readonly Type[]): readonly string[] => specificFirst(controllers).map(({ name }) => name);

describe('specificFirst', () => {
  it('puts fixed paths before parameters and wildcards that would match them', () => {
    expect(namesOf([OneUser, Own])).toEqual(['Own', 'OneUser']);
    expect(namesOf([Everything, Signed])).toEqual(['Signed', 'Everything']);
  });

  it('otherwise keeps the given order', () => {
    expect(namesOf([OneUser, Posted, Everything])).toEqual(['OneUser', 'Posted', 'Everything']);
    expect(namesOf([Own, OneUser])).toEqual(['Own', 'OneUser']);
  });

  it('refuses controllers whose routes hide each other in any order', () => {
    expect(() => specificFirst([Crossed, Crossing])).toThrow('Crossed, Crossing');
  });
});
