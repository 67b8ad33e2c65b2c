import { versionOf } from './console-style';

/**
 * Follows a job on its page. The events and the log each use a stream that resumes where it was interrupted and skips the parts that the
 * page already shows. When the job ends, the script reloads the job's actions and details. It also reloads a workflow's run periodically.
 * All other received data is inserted as text.
 */
export const LIVE_SCRIPT = `'use strict';
(() => {
  const now = document.getElementById('now');
  if (!now || !now.dataset.job || !window.EventSource) return;
  const MOST_LINES = 5000;
  const MOST_EVENTS = 200;
  const at = '/console/jobs/' + now.dataset.job;
  const element = (id) => document.getElementById(id);
  const log = element('log');
  const RUN_EVERY_MS = 2000;
  let waiting = [];
  let isAsked = false;

  const events = new EventSource(at + '/events?after=' + now.dataset.event);
  events.addEventListener('job', (message) => {
    const event = JSON.parse(message.data);
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.dateTime = event.at;
    time.textContent = event.time;
    item.append(time, ' ', event.text);
    const list = element('events');
    list.append(item);
    if (list.childElementCount > MOST_EVENTS) list.firstElementChild.remove();
    if (event.percent !== null) {
      element('progress').value = event.percent;
      element('percent').textContent = event.percent + '%';
      element('stage').textContent = event.stage;
    }
    if (event.status !== null) {
      element('status').textContent = event.status;
      element('status').className = 'status ' + event.status;
    }
    if (event.isEnd) {
      events.close();
      renew(['now', 'run']);
    } else if (element('run') && !isAsked) {
      isAsked = true;
      setTimeout(() => {
        isAsked = false;
        if (events.readyState !== EventSource.CLOSED) renew(['run']);
      }, RUN_EVERY_MS);
    }
  });

  const lines = new EventSource(at + '/log?from=' + now.dataset.line);
  lines.addEventListener('line', (message) => {
    if (waiting.length === 0) setTimeout(show, 50);
    waiting.push(JSON.parse(message.data));
  });

  // Inserts many lines in one batch, and keeps scrolling to the end if the reader is at the end.
  const show = () => {
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    const some = document.createDocumentFragment();
    if (log.childElementCount + waiting.length > MOST_LINES) element('log-note').hidden = false;
    for (const { stream, text } of waiting.slice(-MOST_LINES)) {
      const line = document.createElement('div');
      line.className = stream;
      line.textContent = text;
      some.append(line);
    }
    waiting = [];
    log.append(some);
    while (log.childElementCount > MOST_LINES) log.firstElementChild.remove();
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  };

  const renew = async (ids) => {
    try {
      const answer = await fetch(at, { headers: { Accept: 'text/html' } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const id of ids) {
        const fresh = page.getElementById(id);
        if (fresh && element(id)) element(id).replaceWith(document.adoptNode(fresh));
      }
    } catch {
      // The page stays unchanged, because it already shows how the job ended.
    }
  };
})();
`;

export const SCRIPT_PATH = `/console/jobs.js?v=${versionOf(LIVE_SCRIPT)}`;
