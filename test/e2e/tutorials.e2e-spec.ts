import { missingAnswers } from '../support/documented-answers';
import { DocumentedProgram } from '../support/documented-program';
import { documents } from '../support/documents';

/** For each page, output of its commands that its `json` blocks do not show. */
const PAGES: Readonly<Record<string, readonly RegExp[]>> = {
  'docs/tutorials/first-api-call.md': [
    /^Idempotent-Replayed: true/im,
    /"key":"A\d{9}".*"status":"active".*"version":2/,
    /"email":"grace-\d+@example\.com".*"status":"active".*"total":1\}$/m,
    /^minutes$/m,
    /^The minutes of the meeting$/m,
    // The API key, and the token for which it was exchanged.
    /^401\n401$/m,
  ],
  'docs/tutorials/run-a-skill.md': [
    /^event: progress\ndata: \{"stage":"adding"/m,
    /^event: succeeded$/m,
    /^2 lines$/m,
    /"version":"invoice-total:2@.*"output":\{"total":63\}/,
    /"version":"invoice-total:1@.*"output":\{"total":42\}/,
    /^1\n2\n/m,
    /^2 of 2 passed\.$/m,
    /^team-greeting:1@sha256:[0-9a-f]{64}$/m,
    /^ {2}"greeting": "Hello, Grace!"$/m,
  ],
  'docs/tutorials/write-a-workflow.md': [
    /^wrong\.yaml: \/steps\/3\/skill: .+\nwrong\.yaml: \/steps\/3\/skil: /m,
    /^created expense-claim wfl-\w+ version 1$/m,
    /^ {2}ask skipped$/m,
    /^ {2}summary succeeded\n"Ada spent 30 EUR"$/m,
    /s_ask\["ask · approval"\]:::waiting$/m,
    /^200\nGrace spent 300 EUR$/m,
    /^\{"jobId":"job-\w+"\}$/m,
  ],
  'docs/tutorials/sign-in-a-user.md': [
    /"email":"admin@example\.com"/,
    /^true\nadmin@example\.com$/m,
    /"client_name":"Harbor".*"last_used_at":"/,
    /^401$/m,
  ],
};

it('every tutorial has a test', () => {
  expect(documents(['docs/tutorials']).map(({ path }) => path)).toEqual(Object.keys(PAGES).sort());
});

describe('the tutorials', () => {
  let program: DocumentedProgram;

  beforeAll(async () => {
    program = await DocumentedProgram.start();
  });

  afterAll(() => program.stop());

  // Pastes each tutorial twice, because a reader might repeat a tutorial. The second round runs in the opposite order.
  const names = Object.keys(PAGES);
  it.each([...names, ...names.toReversed()])('%s has working commands and correct output', async (page) => {
    const run = await program.paste(page);

    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(missingAnswers(page, run.stdout)).toEqual([]);
    expect((PAGES[page] ?? []).filter((pattern) => !pattern.test(run.stdout))).toEqual([]);
  });
});
