'use strict';
// Everything that is shown is put in as text, never as markup.
const $ = id => document.getElementById(id);
const [filter, rows, problem] = [$('filter'), $('entries'), $('problem')];
const MaxRows = 1000;
const Series = ['action', 'unknown', 'trace', 'debug', 'information', 'warning', 'error', 'critical'];
let token = '';
let next = null;
let streaming = null;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function query(more = {}) {
  const wanted = new URLSearchParams();
  for (const [name, value] of new FormData(filter))
    if (value.trim()) wanted.set(name, name === 'from' || name === 'to' ? new Date(value).toISOString() : value.trim());
  for (const [name, value] of Object.entries(more)) wanted.set(name, value);
  return wanted;
}

async function call(url, options = {}) {
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(url, { ...options, headers });
  $('sign-in').hidden = answer.status !== 401 && answer.status !== 403;
  if (answer.ok) return answer;
  const details = await answer.json().catch(() => ({}));
  throw new Error(details.errors ? Object.values(details.errors).flat().join(' ') : details.detail || `The service answers ${answer.status}.`);
}

function show(error) {
  if (error?.name === 'AbortError') return;
  problem.textContent = error?.message ?? '';
  problem.hidden = !error;
}

function choose(name, value) {
  filter.elements[name].value = value;
  search();
}

function chooser(name, value, text = value) {
  const button = element('button', text);
  button.type = 'button';
  button.title = `Show only ${name} ${value}`;
  button.onclick = () => choose(name, value);
  return button;
}

function row(entry) {
  const made = element('tr');
  const level = entry.kind === 'action' ? 'action' : entry.level ?? 'unknown';
  made.append(element('td', new Date(entry.at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' })));
  made.append(element('td', level, level));
  const service = element('td');
  if (entry.service) service.append(chooser('service', entry.service));
  const what = element('td', undefined, entry.isRaw ? 'raw' : '');
  if (entry.action) what.append(chooser('action', entry.action), ' ');
  if (entry.subject) what.append(chooser('subject', entry.subject), ' ');
  if (entry.actor) what.append('by ', chooser('actor', entry.actor));
  if (entry.message) what.append(element('span', entry.message));
  const more = { event: entry.event, category: entry.category, ...entry.properties };
  const text = Object.entries(more).filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`).join('\n') + (entry.exception ? `\n${entry.exception}` : '');
  if (text) {
    const details = element('details');
    details.append(element('summary', entry.exception ? 'exception' : 'more'), element('pre', text));
    what.append(details);
  }
  const trace = element('td');
  if (entry.traceId) {
    trace.append(chooser('trace', entry.traceId, entry.traceId.slice(0, 8)));
    if (document.body.dataset.dashboard && /^[0-9a-f]{32}$/.test(entry.traceId)) {
      const link = element('a', 'trace');
      link.href = new URL(`traces/detail/${entry.traceId}`, document.body.dataset.dashboard);
      link.target = '_blank';
      link.rel = 'noopener';
      trace.append(' ', link);
    }
  }
  made.append(service, what, trace);
  return made;
}

async function list(more) {
  const answer = await call(`api/activity?${more ?? query({ limit: 50 })}`);
  const entries = await answer.json();
  next = /<[^>]*\?([^>]*)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1] ?? null;
  if (!more) rows.replaceChildren();
  rows.append(...entries.map(row));
  $('more').hidden = !next;
  $('empty').hidden = rows.children.length > 0;
}

async function plot() {
  const wanted = query();
  const to = wanted.has('to') ? new Date(wanted.get('to')) : new Date();
  const from = wanted.has('from') ? new Date(wanted.get('from')) : new Date(to - 3600000);
  // At most a day.
  const start = Math.max(from, to - 86400000);
  wanted.set('from', new Date(start).toISOString());
  wanted.set('to', to.toISOString());
  const minutes = await (await call(`api/activity/counts?${wanted}`)).json();
  const first = Math.floor(start / 60000);
  const count = Math.max(1, Math.ceil(to / 60000) - first);
  const sum = minute => Object.values(minute.counts).reduce((all, one) => all + one, 0);
  const most = Math.max(1, ...minutes.map(sum));
  const width = 600 / count;
  const bars = [];
  for (const minute of minutes) {
    let y = 80;
    for (const name of Series) {
      if (!minute.counts[name]) continue;
      const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
      const height = minute.counts[name] / most * 76;
      y -= height;
      for (const [attribute, value] of Object.entries({ x: (Date.parse(minute.at) / 60000 - first) * width, y, width: Math.max(width * .9, .5), height, class: name }))
        bar.setAttribute(attribute, value);
      const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
      title.textContent = `${new Date(minute.at).toLocaleTimeString()}: ${minute.counts[name]} ${name}`;
      bar.append(title);
      bars.push(bar);
    }
  }
  $('plot').replaceChildren(...bars);
  $('caption').textContent = `${minutes.reduce((all, minute) => all + sum(minute), 0)} entries from ${new Date(start).toLocaleString()} to ${to.toLocaleString()}, at most ${most} in a minute`;
}

async function search() {
  history.replaceState(null, '', `?${new URLSearchParams([...new FormData(filter)].filter(([, value]) => value))}`);
  try {
    await list();
    await plot();
    show(null);
  } catch (error) {
    show(error);
  }
  if ($('live').checked) stream();
}

// With fetch and not EventSource, which sends no token.
async function stream() {
  streaming?.abort();
  const own = streaming = new AbortController();
  let last = null;
  while (!own.signal.aborted) {
    try {
      const answer = await call(`api/activity/stream?${query()}`, { signal: own.signal, headers: last ? { 'Last-Event-ID': last } : {} });
      show(null);
      let text = '';
      for (const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        const events = text.split('\n\n');
        text = events.pop();
        const made = [];
        for (const event of events) {
          const fields = Object.fromEntries(event.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
          last = fields.id ?? last;
          if (fields.event === 'entry') made.unshift(row(JSON.parse(fields.data)));
        }
        rows.prepend(...made);
        $('empty').hidden = rows.children.length > 0;
        while (rows.children.length > MaxRows) rows.lastChild.remove();
      }
    } catch (error) {
      show(error);
      if (!$('sign-in').hidden) return;
    }
    if (!own.signal.aborted) await new Promise(resolve => setTimeout(resolve, 2000));
  }
}

filter.addEventListener('submit', event => { event.preventDefault(); search(); });
filter.addEventListener('reset', () => setTimeout(search));
$('live').addEventListener('change', event => event.target.checked ? search() : streaming?.abort());
$('more').addEventListener('click', () => list(next).catch(show));
$('sign-in').addEventListener('submit', event => { event.preventDefault(); token = $('token').value.trim(); $('token').value = ''; search(); });
for (const [name, value] of new URLSearchParams(location.search)) if (filter.elements[name]) filter.elements[name].value = value;
search();
