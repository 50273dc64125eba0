'use strict';
// Everything that is shown is put in as text, never as markup.
const $ = id => document.getElementById(id);
const [filter, rows, problem] = [$('filter'), $('windows'), $('problem')];
const All = '(all)';
const MaxLags = 120;
const LagPeriod = 5000;
const Minute = 60000;
let token = '';
let streaming = null;
let wanted = false;
let lagTimer = 0;
const lags = [];

function element(name, text) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return made;
}

function shape(name, attributes, title) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  if (title) {
    const told = document.createElementNS('http://www.w3.org/2000/svg', 'title');
    told.textContent = title;
    made.append(told);
  }
  return made;
}

async function call(url, options = {}) {
  const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const answer = await fetch(url, { ...options, headers });
  if (answer.status === 401) $('sign-in').hidden = false;
  else if (answer.ok) $('sign-in').hidden = true;
  if (answer.ok) return answer;
  const details = await answer.json().catch(() => ({}));
  const error = new Error(details.errors ? Object.values(details.errors).flat().join(' ') : details.detail || `The service answers ${answer.status}.`);
  error.status = answer.status;
  throw error;
}

function show(error) {
  if (error?.name === 'AbortError') return;
  problem.textContent = error?.message ?? '';
  problem.hidden = !error;
}

const money = revenue => Object.entries(revenue).map(([currency, amount]) => `${amount} ${currency}`).join(', ') || '–';
const percent = part => part === undefined ? '–' : `${Math.round(part * 1000) / 10} %`;
const moment = at => new Date(at).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
const seconds = ms => `${Math.round(ms / 100) / 10} s`;

function cells(name, sales) {
  const made = element('tr');
  made.append(...[name, sales.placed, sales.reserved, sales.paid, sales.seats, money(sales.revenue)].map(text => element('td', text)));
  return made;
}

function plot(answer) {
  const step = answer.step === 'hour' ? 60 * Minute : Minute;
  const start = Date.parse(answer.from);
  const width = 600 / Math.max(1, (Date.parse(answer.to) - start) / step);
  const most = Math.max(1, ...answer.windows.map(one => one.sales.placed));
  $('plot').replaceChildren(...answer.windows.flatMap(one => ['placed', 'paid'].map((name, i) => shape('rect', {
    x: (Date.parse(one.at) - start) / step * width + i * width * .45, width: Math.max(width * .42, .5), class: name,
    height: one.sales[name] / most * 114, y: 120 - one.sales[name] / most * 114,
  }, `${moment(one.at)}: ${one.sales[name]} ${name}`))));
  $('caption').textContent = `Orders placed and paid from ${moment(answer.from)} to ${moment(answer.to)}, at most ${most} placed in one step`;
}

function funnel({ sales, reservedOfPlaced, paidOfReserved, timeToPay }) {
  const most = Math.max(1, sales.placed);
  $('funnel').replaceChildren(...['placed', 'reserved', 'paid'].map((name, i) => shape('rect', {
    x: 300 - sales[name] / most * 300, width: sales[name] / most * 600, y: i * 30 + 2, height: 26, class: name,
  }, `${sales[name]} ${name}`)));
  $('conversion').textContent = `${sales.placed} placed, ${sales.reserved} reserved (${percent(reservedOfPlaced)}), ${sales.paid} paid (${percent(paidOfReserved)} of those)`
    + (timeToPay ? `; half were paid within ${seconds(timeToPay.p50Ms)}, 99 of 100 within ${seconds(timeToPay.p99Ms)}` : '');
}

function draw(answer) {
  plot(answer);
  funnel(answer);
  rows.replaceChildren(...answer.windows.map(one => cells(moment(one.at), one.sales)));
  $('all').replaceChildren(cells('All', answer.sales));
  $('table-caption').textContent = answer.title ?? (filter.elements.ticket.value === All ? 'All tickets' : '');
  $('empty').hidden = answer.windows.length > 0;
  const declines = Object.entries(answer.declines).map(([reason, count]) => `${count} ${reason}`).join(', ');
  const busiest = answer.busiest.map(one => `${moment(one.at)} (${one.sales.placed})`).join(', ');
  $('more').textContent = `Declined payments: ${declines || 'none'}. Busiest minutes: ${busiest || 'none'}.`;
}

async function list() {
  const tickets = await (await call('api/insights/tickets?limit=200')).json();
  const select = filter.elements.ticket;
  const chosen = select.value || new URLSearchParams(location.search).get('ticket') || All;
  const choices = [[All, 'all'], ...tickets.map(ticket => [ticket.ticketId, ticket.title])];
  if (!choices.some(([value]) => value === chosen)) choices.push([chosen, chosen]);
  select.replaceChildren(...choices.map(([value, text]) => Object.assign(element('option', text), { value })));
  select.value = chosen;
}

async function ask() {
  const query = new URLSearchParams({ step: filter.elements.step.value });
  for (const name of ['from', 'to'])
    if (filter.elements[name].value) query.set(name, new Date(filter.elements[name].value).toISOString());
  const ticket = filter.elements.ticket.value;
  if (ticket !== All) return (await call(`api/insights/tickets/${encodeURIComponent(ticket)}?${query}`)).json();
  return (await call(`api/insights/sales?${query}`)).json();
}

async function refresh() {
  try {
    if (filter.elements.ticket.options.length === 0) await list();
    draw(await ask());
    show(null);
    return true;
  } catch (error) {
    show(error);
    return false;
  }
}

// At most one at a time, and one more if something has changed meanwhile.
async function changed() {
  if (wanted) return;
  wanted = true;
  await new Promise(resolve => setTimeout(resolve, 250));
  wanted = false;
  await list().catch(show);
  await refresh();
}

async function lag() {
  clearTimeout(lagTimer);
  try {
    const { records } = await (await call('api/insights/lag')).json();
    lags.push(Object.values(records).reduce((all, one) => all + one, 0));
    lags.splice(0, lags.length - MaxLags);
    const most = Math.max(1, ...lags);
    const place = (value, i) => `${600 - (lags.length - 1 - i) * 600 / (MaxLags - 1)},${88 - value / most * 84}`;
    $('lag').replaceChildren(shape('polyline', { points: lags.map(place).join(' ') }));
    $('lag-caption').textContent = `Insights is ${lags.at(-1)} records behind; at most ${most === 1 ? Math.max(...lags) : most} in the last ${MaxLags * LagPeriod / Minute} minutes`;
    $('lag-figure').hidden = false;
  } catch (error) {
    // Only operators see it.
    if (error.status === 403) return;
  }
  clearTimeout(lagTimer);
  if ($('live').checked) lagTimer = setTimeout(lag, LagPeriod);
}

async function search() {
  history.replaceState(null, '', `?${new URLSearchParams([...new FormData(filter)].filter(([, value]) => value))}`);
  if (await refresh() && $('live').checked) {
    stream();
    lag();
  }
}

// With fetch and not EventSource, which sends no token.
async function stream() {
  streaming?.abort();
  const own = streaming = new AbortController();
  while (!own.signal.aborted) {
    try {
      const answer = await call('api/insights/stream', { signal: own.signal });
      // What came between the answer and the stream.
      changed();
      for (const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
        const { value, done } = await reader.read();
        if (done) break;
        if (value.includes('event:')) changed();
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
$('sign-in').addEventListener('submit', event => { event.preventDefault(); token = $('token').value.trim(); $('token').value = ''; search(); });
for (const [name, value] of new URLSearchParams(location.search)) if (name !== 'ticket' && filter.elements[name]) filter.elements[name].value = value;
search();
