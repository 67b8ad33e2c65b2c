import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { openTestSurface, type TestSurface } from '../../../test/support/test-surface';
import { Readiness } from '../../kernel/health/readiness';
import { ReadinessIndicator } from '../../kernel/health/readiness-indicator';
import { ReadyzController } from './readyz.controller';

class Part extends ReadinessIndicator {
  lacks: string | null = null;
  remark: string | null = null;

  constructor(
    readonly key: string,
    readonly order: number,
  ) {
    super();
  }

  protected override missing(): string | null {
    return this.lacks;
  }

  protected override note(): string | null {
    return this.remark;
  }
}

class Broken extends Part {
  protected override missing(): never {
    throw new Error('The check itself failed.');
  }
}

let readiness: Readiness;
let surface: TestSurface;

beforeEach(async () => {
  readiness = new Readiness();
  @Module({
    imports: [TerminusModule.forRoot({ logger: false, errorLogStyle: 'json' })],
    controllers: [ReadyzController],
    providers: [{ provide: Readiness, useValue: readiness }],
  })
  class Root {}
  surface = await openTestSurface(Root);
});

afterEach(() => surface.close());

async function readyz(): Promise<readonly [status: number, body: string]> {
  const answer = await fetch(`${surface.url}/readyz`);
  return [answer.status, await answer.text()];
}

describe('GET /readyz', () => {
  it('lists the missing parts of the process at startup, then the missing parts of its modules, in their order', async () => {
    const [one, other] = [new Part('one', 1), new Part('other', 2)];
    readiness.awaits('start', 'starting');
    readiness.use([one, other]);
    one.lacks = 'one: none is here';
    other.lacks = 'other: none is here';
    expect(await readyz()).toEqual([
      503,
      '{"status":"not_ready","missing":["starting","one: none is here","other: none is here"]}',
    ]);
    readiness.remove('start');
    one.lacks = null;
    expect(await readyz()).toEqual([503, '{"status":"not_ready","missing":["other: none is here"]}']);
  });

  it('returns notes only if nothing is missing', async () => {
    const [one, other] = [new Part('one', 1), new Part('other', 2)];
    readiness.use([one, other]);
    expect(await readyz()).toEqual([200, '{"status":"ready"}']);
    one.remark = 'one: it is late';
    expect(await readyz()).toEqual([200, '{"status":"ready","notes":["one: it is late"]}']);
    other.lacks = 'other: none is here';
    expect(await readyz()).toEqual([503, '{"status":"not_ready","missing":["other: none is here"]}']);
  });

  it('reports that the process is stopping, whatever else is missing', async () => {
    const one = new Part('one', 1);
    one.lacks = 'one: none is here';
    readiness.use([one]);
    readiness.stop();
    expect(await readyz()).toEqual([503, '{"status":"not_ready","missing":["stopping"]}']);
  });

  it('is not ready if a check itself fails', async () => {
    readiness.use([new Broken('broken', 1)]);
    expect(await readyz()).toEqual([503, '{"status":"not_ready","missing":[]}']);
  });
});
