import { Worker } from 'node:worker_threads';
import { ThreadPause } from './thread-pause';
import { workerFile } from './worker-file';

it('a paused task blocks its thread until it is resumed', async () => {
  const turn = new ThreadPause();
  turn.pause();
  const worker = new Worker(
    `const { parentPort, workerData: [file, memory] } = require('node:worker_threads');
     const { ThreadPause } = require(file);
     parentPort.postMessage('begun');
     new ThreadPause(memory).waitWhilePaused();
     parentPort.postMessage('gone on');`,
    { eval: true, workerData: [workerFile(__dirname, 'thread-pause.js'), turn.memory] },
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
