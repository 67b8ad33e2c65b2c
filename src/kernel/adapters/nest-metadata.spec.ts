import { Body, Controller, Get, Inject, Injectable, Module, Post, RequestMethod } from '@nestjs/common';
import { z } from 'zod';
import {
  bodySchemaOf,
  controllersOfModule,
  injectedBy,
  isController,
  isInjectable,
  isModule,
  keepParameters,
  pathsOf,
  requestMethodOf,
} from './nest-metadata';

const PORT = Symbol('port');
const SCHEMA = z.object({ name: z.string() });

@Injectable()
class Service {}

@Controller(['/things', '/other'])
class Things {
  constructor(
    readonly service: Service,
    @Inject(PORT) readonly port: object,
  ) {}

  @Get(':id')
  one(this: void): null {
    return null;
  }

  @Post()
  make(this: void, @Body({ schema: SCHEMA }) body: object): object {
    return body;
  }

  helper(this: void): null {
    return null;
  }
}

@Module({ controllers: [Things], providers: [Service] })
class Whole {}

describe('Nest metadata', () => {
  const { one, make, helper } = Things.prototype;

  it('lists the tokens that a class injects', () => {
    expect(injectedBy(Things)).toEqual([Service, PORT]);
    expect(injectedBy(Service)).toEqual([]);
  });

  it('distinguishes injectables, controllers and modules', () => {
    expect([Service, Things, Whole].map(isInjectable)).toEqual([true, false, false]);
    expect([Service, Things, Whole].map(isController)).toEqual([false, true, false]);
    expect([Service, Things, Whole].map(isModule)).toEqual([false, false, true]);
    expect(controllersOfModule(Whole)).toEqual([Things]);
  });

  it('contains paths and request methods', () => {
    expect([pathsOf(Things), pathsOf(one), pathsOf(make)]).toEqual([['/things', '/other'], [':id'], ['/']]);
    expect([one, make, helper].map(requestMethodOf)).toEqual([RequestMethod.GET, RequestMethod.POST, undefined]);
  });

  it('contains the schema of a body, which can be restored after a change', () => {
    expect(bodySchemaOf(Things, 'make')).toBe(SCHEMA);
    expect(bodySchemaOf(Things, 'one')).toBeUndefined();
    const putBack = keepParameters(Things, 'one');
    Body({ schema: SCHEMA })(Things.prototype, 'one', 0);
    expect(bodySchemaOf(Things, 'one')).toBe(SCHEMA);
    putBack();
    expect(bodySchemaOf(Things, 'one')).toBeUndefined();
  });
});
