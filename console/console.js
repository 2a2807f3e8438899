/** The live page: polls one document a second and draws it. Rates are differences between polls. */
import { drawBar, drawHops, drawRows, number, text } from './drawing.js';

const POLL_MS = 1000;
const RATE_WINDOW = 5;
const HISTORY = 60;

const BEHAVIOUR = [
  { title: 'Collector', service: 'HTTP API · Lambda', count: 'accepted' },
  { title: 'Session profile', service: 'Kinesis · Lambda · DynamoDB', count: 'applied' },
  { title: 'Outbox publisher', service: 'DynamoDB stream · EventBridge', count: 'published' },
  { title: 'Sales projector', service: 'SQS · Lambda · DynamoDB', count: 'salesConsumed' },
];

const TRIPS = [
  { title: 'Booking command', service: 'HTTP API · Lambda', count: 'bookingsAccepted' },
  { title: 'Saga starter', service: 'EventBridge · SQS · Lambda', count: 'sagasStarted' },
  { title: 'Trip booking', service: 'Step Functions', count: 'sagasEnded' },
  { title: 'Trip projector', service: 'EventBridge · SQS · Lambda', count: 'tripsConsumed' },
];

/** @type {{atMs: number, counts: Record<string, number>}[]} */
const samples = [];

function show(state) {
  const { flow } = state;
  const counts = {
    ...flow.counts,
    sagasEnded: flow.counts.sagasCompleted + flow.counts.sagasCompensated + flow.sagasFailed,
  };
  samples.push({ atMs: flow.atMs, counts });
  if (samples.length > HISTORY + RATE_WINDOW) samples.shift();

  text('api', state.apiUrl);
  text('uptime', duration(flow.atMs - state.startedAtMs));
  text('p50', flow.latency ? `${Math.round(flow.latency.p50Ms)} ms` : '–');
  text('p99', flow.latency ? `${Math.round(flow.latency.p99Ms)} ms` : '–');
  text('cost', dollars(state.cost.usdPerMillionEvents));
  text('saga-cost', dollars(state.cost.usdPerThousandBookings));
  showBalance(counts, state.outstanding);
  drawHops(
    'behaviour',
    BEHAVIOUR.map(hop => measured(hop, counts)),
  );
  drawHops(
    'trips',
    TRIPS.map(hop => measured(hop, counts)),
  );
  drawBar('saga-bar', 'saga-text', {
    lead: 'sagas:',
    parts: [
      { name: 'completed', value: counts.sagasCompleted, colour: 'applied' },
      { name: 'compensated', value: counts.sagasCompensated, colour: 'quarantined' },
      { name: 'running', value: Math.max(0, state.sagasRunning), colour: 'outstanding' },
      { name: 'failed', value: flow.sagasFailed, colour: 'bad' },
    ],
  });
  showLists(state);
}

function showBalance(counts, outstanding) {
  drawBar('balance-bar', 'balance-text', {
    lead: `<b>${number(counts.accepted)}</b> accepted =`,
    joint: ' + ',
    parts: [
      { name: 'applied', value: counts.applied, colour: 'applied' },
      { name: 'duplicate', value: counts.duplicates, colour: 'duplicate' },
      { name: 'quarantined', value: counts.quarantinedAtDoor + counts.quarantinedOnStream, colour: 'quarantined' },
      { name: 'parked', value: counts.parked, colour: 'parked' },
      { name: 'in flight', value: Math.max(0, outstanding), colour: 'outstanding' },
    ],
    tail: counts.refused > 0 ? ` · ${number(counts.refused)} refused at the door` : '',
  });
}

function showLists(state) {
  const deadLetters = state.queues.filter(queue => queue.isDeadLetterQueue);
  const full = deadLetters.filter(queue => queue.visible + queue.inFlight > 0);
  drawRows(
    'events',
    state.events.slice(0, 18).map(event => [shortType(event.type), event.subject, event.summary]),
    'no event yet',
  );
  drawRows(
    'queues',
    state.queues
      .filter(queue => !queue.isDeadLetterQueue)
      .map(queue => [shortName(queue.name), queue.visible, queue.inFlight]),
    'no queue',
  );
  drawRows(
    'dead-letters',
    full.map(queue => [shortName(queue.name), { text: queue.visible + queue.inFlight, class: 'bad' }]),
    `all ${deadLetters.length} empty`,
  );
  drawRows(
    'alarms',
    state.alarms.map(alarm => [`${alarm.name}: ${alarm.reason}`]),
    'none',
    'li',
  );
  drawRows(
    'quarantined',
    state.quarantined.map(entry => [reasonOf(entry.document)]),
    'nothing',
    'li',
  );
}

/** `behaviour.page.viewed.v1` → `page.viewed`: the lane says the rest. */
function shortType(type) {
  return type.replace(/^\w+\./, '').replace(/\.v\d+$/, '');
}

/** `millrace-dev-overflow` → `overflow` */
function shortName(name) {
  return name.replace(/^millrace-[a-z0-9]+-/, '');
}

function reasonOf(document) {
  try {
    const { field, reason, received } = JSON.parse(document);
    const type = received?.type ? `${shortType(received.type)} · ` : '';
    return `${type}${field ? `${field}: ` : ''}${reason}`.slice(0, 220);
  } catch {
    return document.slice(0, 220);
  }
}

function measured(hop, counts) {
  return {
    ...hop,
    total: counts[hop.count],
    rate: rateAt(samples.length - 1, hop.count),
    history: historyOf(hop.count),
  };
}

function rateAt(index, count) {
  const now = samples[index];
  const before = samples[Math.max(0, index - RATE_WINDOW)];
  const seconds = (now.atMs - before.atMs) / 1000;
  return seconds > 0 ? Math.max(0, now.counts[count] - before.counts[count]) / seconds : 0;
}

function historyOf(count) {
  return samples.map((_, index) => rateAt(index, count)).slice(-HISTORY);
}

/** `undefined` before the first of them came. */
function dollars(usd) {
  return usd === undefined ? '–' : usd.toFixed(2);
}

function duration(ms) {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

async function poll() {
  const pill = document.getElementById('connection');
  try {
    const response = await fetch('api/state');
    if (!response.ok) throw new Error(`${response.status}`);
    show(await response.json());
    pill.dataset.state = 'live';
    pill.textContent = 'live';
  } catch (error) {
    pill.dataset.state = 'lost';
    pill.textContent = `not answering (${error.message})`;
  }
  setTimeout(poll, POLL_MS);
}

poll();
