import { Inject, Injectable, Module, Optional, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { compose } from './compose';
import { KernelModule } from './kernel.module';
import { optionalPorts, ports } from './ports';

const NAME = Symbol('name of the process');

abstract class GreetingPort {
  abstract greet(): string;
}

@Injectable()
class Greeting implements GreetingPort {
  constructor(@Inject(NAME) private readonly name: string) {}

  greet(): string {
    return `Hello from ${this.name}`;
  }
}

@Module({
  imports: [KernelModule],
  providers: [{ provide: GreetingPort, useClass: Greeting }],
  exports: [GreetingPort],
})
class GreetingModule {}

@Module({
  providers: [{ provide: GreetingPort, useValue: { greet: () => 'Hello from far away' } }],
  exports: [GreetingPort],
})
class RemoteGreetingModule {}

@Injectable()
class Caller {
  constructor(@Optional() readonly port?: GreetingPort) {}
}

@Module({ imports: [ports(GreetingPort)], providers: [Caller] })
class CallerModule {}

@Module({ imports: [optionalPorts(GreetingPort)], providers: [Caller] })
class UndemandingModule {}

@Module({ imports: [CallerModule] })
class OuterModule {}

const kernel = (name: string) => ({
  module: KernelModule,
  providers: [{ provide: NAME, useValue: name }],
  exports: [NAME],
});

async function greetingIn(modules: readonly Type[], name = 'here'): Promise<string | undefined> {
  class Root {}
  const imports = [...compose(modules, kernel(name))];
  const context = await NestFactory.createApplicationContext({ module: Root, imports }, { logger: false });
  const greeting = context.get(Caller).port?.greet();
  await context.close();
  return greeting;
}

describe('compose', () => {
  it('provides the ports that a module imports, from the service or from its client', async () => {
    await expect(greetingIn([CallerModule, GreetingModule])).resolves.toBe('Hello from here');
    await expect(greetingIn([CallerModule, RemoteGreetingModule])).resolves.toBe('Hello from far away');
  });

  it('provides the ports of modules that another module imports by class', async () => {
    await expect(greetingIn([OuterModule, GreetingModule])).resolves.toBe('Hello from here');
  });

  it('composes the modules separately for each process', async () => {
    const greetings = ['one', 'two'].map((name) => greetingIn([CallerModule, GreetingModule], name));
    await expect(Promise.all(greetings)).resolves.toEqual(['Hello from one', 'Hello from two']);
  });

  it('refuses a port that no module of the process exports, unless it is optional', async () => {
    const message = 'CallerModule imports GreetingPort, which no module of this process exports.';
    expect(() => compose([CallerModule], kernel('here'))).toThrow(message);
    await expect(greetingIn([UndemandingModule])).resolves.toBeUndefined();
    await expect(greetingIn([UndemandingModule, GreetingModule])).resolves.toBe('Hello from here');
  });

  it('refuses two modules that export the same port', () => {
    const both = [GreetingModule, RemoteGreetingModule];
    expect(() => compose(both, kernel('here'))).toThrow(
      'GreetingModule and RemoteGreetingModule both export GreetingPort.',
    );
  });
});
