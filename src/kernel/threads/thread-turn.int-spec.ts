import { Worker } from 'node:worker_threads';
import { ThreadTurn } from './thread-turn';
import { workerFile } from './worker-file';

it('holds the thread of a task that is paused, until it is resumed', async () => {
  const turn = new ThreadTurn();
  turn.pause();
  const worker = new Worker(
    `const { parentPort, workerData: [file, memory] } = require('node:worker_threads');
     const { ThreadTurn } = require(file);
     parentPort.postMessage('begun');
     new ThreadTurn(memory).comeUp();
     parentPort.postMessage('gone on');`,
    { eval: true, workerData: [workerFile(__dirname, 'thread-turn.js'), turn.memory] },
  );
  const said: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  worker.on('exit', () => resolve());
  await new Promise<void>((begun) => {
    worker.on('message', (word: string) => {
      said.push(`${word}, ${turn.isPaused ? 'paused' : 'resumed'}`);
      begun();
    });
  });
  turn.resume();
  await ended;

  expect(said).toEqual(['begun, paused', 'gone on, resumed']);
});
