import { Controller, Get, Module } from '@nestjs/common';
import { openTestSurface, type TestSurface } from '../../../test/support/test-surface';
import { prepareJson } from './answers/prepared-json';
import { PublicRoute } from './routes/route-access';

let made = 0;

/** A response that counts how often its JSON is created. */
const counted = (): object => ({
  toJSON: (): object => {
    made += 1;
    return { name: 'é' };
  },
});

@Controller()
class AnswersController {
  @Get('prepared')
  @PublicRoute()
  prepared(): object {
    return prepareJson(counted());
  }

  @Get('plain')
  @PublicRoute()
  plain(): object {
    return counted();
  }
}

@Module({ controllers: [AnswersController] })
class AnswersModule {}

let surface: TestSurface;

beforeAll(async () => {
  surface = await openTestSurface(AnswersModule);
});

afterAll(() => surface.close());

it('a prepared response is sent like any other, without serializing it again', async () => {
  const answers = [];
  for (const path of ['plain', 'prepared']) {
    made = 0;
    const answer = await fetch(`${surface.url}/${path}`);
    const { status, headers } = answer;
    answers.push([status, headers.get('content-type'), headers.get('content-length'), await answer.text(), made]);
  }
  expect(answers[0]).toEqual([200, 'application/json; charset=utf-8', '13', '{"name":"é"}', 1]);
  expect(answers[1]).toEqual(answers[0]);
});
